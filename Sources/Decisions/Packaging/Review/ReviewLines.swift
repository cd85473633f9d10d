/// A review in the few lines that a registration prints and the feed keeps.
package enum ReviewLines {
    private static let mostFindings = 12
    private static let mostImages = 40

    package static func lines(_ review: PackageReview, comparison: PackageComparison?) -> [String] {
        var lines = [review.summary]
        lines += review.constraints.map { "needs \($0)" }
        let findings = review.findings.filter { $0.severity != .info }
        lines += findings.prefix(mostFindings).map(line)
        if findings.count > mostFindings {
            lines.append("… \(findings.count - mostFindings) more: flotilla package check")
        }
        guard let comparison else { return lines }
        lines.append("against \(comparison.from): \(comparison.summary)")
        lines += comparison.valuesRenamed.map { "value renamed: \($0.from) → \($0.to)" }
        lines += comparison.valuesRemoved.map { "value removed: \($0.path)" }
        lines += comparison.immutable.map { "immutable: \($0.object) \($0.field): \($0.consequence)" }
        let images = comparison.imagesChanged
        lines += images.prefix(mostImages).map { "image \($0.name): \($0.old ?? "-") | \($0.new ?? "-")" }
        if images.count > mostImages { lines.append("… \(images.count - mostImages) more images") }
        return lines
    }

    package static func line(_ finding: PackageReview.Finding) -> String {
        let subject = finding.subject.isEmpty ? "" : " \(finding.subject):"
        return "\(finding.severity.rawValue) [\(finding.rule)]\(subject) \(finding.message)"
    }
}

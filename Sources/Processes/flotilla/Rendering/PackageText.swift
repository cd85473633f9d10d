package import Packaging

/// Reviews and comparisons of packages for people.
package enum PackageText {
    package static func check(_ review: PackageReview, wide: Bool) -> String {
        var lines = ["\(review.service) \(review.version)  \(review.format)", review.summary]
        func section(_ title: String, _ body: [String]) {
            guard !body.isEmpty else { return }
            lines += ["", title] + body
        }
        var objects = Table()
        for group in review.objects {
            objects.add([group.kind, "\(group.names.count)", group.names.joined(separator: ", ")])
        }
        section("OBJECTS", objects.lines(indent: "  "))
        section(
            "IMAGES",
            review.images.flatMap { image in
                let origin = image.written.map { "  (\($0))" } ?? ""
                return ["  \(image.reference)\(origin)"]
                    + (wide ? ["    used by \(image.usedBy.joined(separator: ", "))"] : [])
            })
        var claims = Table(["NAME", "SIZE", "CLASS", "MADE BY", "DELETED BY"])
        for claim in review.claims {
            claims.add([
                claim.name, claim.size, claim.storageClass.isEmpty ? "(default)" : claim.storageClass, claim.origin,
                claim.deletedBy.isEmpty
                    ? "nothing: stays until deleted by hand" : claim.deletedBy.joined(separator: "; "),
            ])
        }
        section("CLAIMS", review.claims.isEmpty ? [] : claims.lines(indent: "  "))
        section("CUSTOM RESOURCE DEFINITIONS", review.definitions.map { "  \($0)" })
        section("CLUSTER-SCOPED OBJECTS", review.clusterScoped.map { "  \($0)" })
        section("CONSTRAINTS", review.constraints.map { "  \($0)" })
        if wide {
            var values = Table(["VALUE", "TYPE", "DEFAULT"])
            for value in review.values { values.add([value.path, value.type, value.standard ?? "(none)"]) }
            section("VALUES", review.values.isEmpty ? [] : values.lines(indent: "  "))
        }
        section("FINDINGS", review.findings.map { "  " + ReviewLines.line($0) })
        return lines.joined(separator: "\n")
    }

    package static func diff(_ comparison: PackageComparison) -> String {
        var lines = ["\(comparison.service)  \(comparison.from) → \(comparison.to)", comparison.summary]
        func section(_ title: String, _ body: [String]) {
            guard !body.isEmpty else { return }
            lines += ["", title] + body.map { "  " + $0 }
        }
        section(
            "VALUES",
            comparison.valuesRenamed.map { "> \($0.from) → \($0.to)" }
                + comparison.valuesRemoved.map { "- \($0.path) (\($0.type))" }
                + comparison.valuesAdded.map { "+ \($0.path) (\($0.type)) = \($0.standard ?? "(no default)")" }
                + comparison.typesChanged.map { "~ \($0.path): type \($0.old ?? "-") → \($0.new ?? "-")" }
                + comparison.defaultsChanged.map {
                    "~ \($0.path): default \($0.old ?? "(none)") → \($0.new ?? "(none)")"
                })
        section(
            "OBJECTS",
            comparison.objectsRemoved.map { "- \($0)" } + comparison.objectsAdded.map { "+ \($0)" }
                + comparison.objectsChanged.map { "~ \($0.object): \($0.fields.joined(separator: ", "))" })
        var images = Table(["", "IMAGE", comparison.from, comparison.to])
        for image in comparison.images {
            images.add([image.old == image.new ? "=" : "~", image.name, image.old ?? "-", image.new ?? "-"])
        }
        section("IMAGES", comparison.images.isEmpty ? [] : images.lines())
        section(
            "IMMUTABLE FIELDS",
            comparison.immutable.flatMap { field in
                [
                    "! \(field.object) \(field.field): \(field.consequence)", "    old \(field.old)",
                    "    new \(field.new)",
                ]
            })
        section(
            "CONSTRAINTS",
            comparison.constraintsRemoved.map { "- \($0)" } + comparison.constraintsAdded.map { "+ \($0)" })
        section("NEW FINDINGS", comparison.newFindings.map(ReviewLines.line))
        return lines.joined(separator: "\n")
    }
}

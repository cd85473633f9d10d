/// Adding up Kubernetes quantities of storage (`60Gi`, `512Mi`, `1T`, plain bytes), exact to the byte.
enum QuantitySum {
    private static let units: [(String, Int64)] = [
        ("Ei", 1 << 60), ("Pi", 1 << 50), ("Ti", 1 << 40), ("Gi", 1 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10),
        ("E", 1_000_000_000_000_000_000), ("P", 1_000_000_000_000_000), ("T", 1_000_000_000_000),
        ("G", 1_000_000_000), ("M", 1_000_000), ("k", 1000),
    ]

    /// Bytes of a quantity; nil when it is none (or beyond Int64).
    static func bytes(_ text: String) -> Int64? {
        var number = text[...]
        var factor: Int64 = 1
        if let unit = units.first(where: { text.hasSuffix($0.0) }) {
            number = text.dropLast(unit.0.count)
            factor = unit.1
        }
        if let whole = Int64(number) {
            let (product, overflow) = whole.multipliedReportingOverflow(by: factor)
            return overflow ? nil : product
        }
        guard let decimal = Double(number), decimal.isFinite, abs(decimal * Double(factor)) < 9e18 else { return nil }
        return Int64((decimal * Double(factor)).rounded(.up))
    }

    /// The sum in the biggest binary unit that divides it; unreadable sizes count as nothing.
    static func total(_ sizes: [String]) -> String {
        let sum = sizes.compactMap(bytes).reduce(Int64(0)) { total, size in
            let (result, overflow) = total.addingReportingOverflow(size)
            return overflow ? Int64.max : result
        }
        return text(sum)
    }

    static func text(_ bytes: Int64) -> String {
        for (unit, factor) in units.prefix(6) where bytes >= factor && bytes % factor == 0 {
            return "\(bytes / factor)\(unit)"
        }
        return "\(bytes)"
    }
}

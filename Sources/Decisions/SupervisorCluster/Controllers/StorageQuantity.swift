/// Sizes as Kubernetes writes them (`10Gi`, `500M`, `1e9`), for comparing claims and volumes.
enum StorageQuantity {
    /// Bytes, rounded up; nil when the text is not a quantity.
    static func bytes(_ text: String) -> Int64? {
        let digits = text.prefix { $0.isNumber || $0 == "." }
        guard !digits.isEmpty, let number = Double(digits) else { return nil }
        let suffix = text.dropFirst(digits.count)
        let factor: Double
        switch suffix {
        case "": factor = 1
        case "m": factor = 0.001
        case "k": factor = 1e3
        case "M": factor = 1e6
        case "G": factor = 1e9
        case "T": factor = 1e12
        case "P": factor = 1e15
        case "E": factor = 1e18
        case "Ki": factor = 1024
        case "Mi": factor = 1_048_576
        case "Gi": factor = 1_073_741_824
        case "Ti": factor = 1_099_511_627_776
        case "Pi": factor = 1_125_899_906_842_624
        case "Ei": factor = 1_152_921_504_606_846_976
        default:
            guard let first = suffix.first, first == "e" || first == "E", let exponent = Int(suffix.dropFirst()),
                (-9...18).contains(exponent)
            else { return nil }
            var power = 1.0
            for _ in 0..<abs(exponent) { power *= 10 }
            factor = exponent < 0 ? 1 / power : power
        }
        let bytes = (number * factor).rounded(.up)
        return bytes < 9.2e18 ? Int64(bytes) : Int64.max
    }

    /// `9.7Gi`, for people.
    static func text(_ bytes: Int64) -> String {
        let units: [(String, Int64)] = [("Ti", 1 << 40), ("Gi", 1 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10)]
        for (unit, size) in units where bytes >= size {
            let tenths = (bytes * 10 + size / 2) / size
            return tenths % 10 == 0 ? "\(tenths / 10)\(unit)" : "\(tenths / 10).\(tenths % 10)\(unit)"
        }
        return "\(bytes)"
    }
}

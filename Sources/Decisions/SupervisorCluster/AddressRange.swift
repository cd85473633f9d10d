/// A range of IP addresses as `address/bits`, version 4 or 6.
struct AddressRange {
    private let bits: [Bool]
    private let isVersion4: Bool

    /// Nil when the text is none.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let length = Int(parts[1]), String(length) == parts[1] else { return nil }
        let address = String(parts[0])
        guard let bytes = address.contains(":") ? Self.version6(address) : Self.version4(address),
            (0...bytes.count * 8).contains(length)
        else { return nil }
        isVersion4 = bytes.count == 4
        bits = Array(bytes.flatMap { byte in (0..<8).map { byte & (0x80 >> $0) != 0 } }.prefix(length))
    }

    func strictlyContains(_ other: AddressRange) -> Bool {
        isVersion4 == other.isVersion4 && bits.count < other.bits.count && other.bits.starts(with: bits)
    }

    private static func version4(_ text: String) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let bytes = parts.compactMap { part in part.allSatisfy(\.isNumber) ? UInt8(part) : nil }
        return parts.count == 4 && bytes.count == 4 ? bytes : nil
    }

    private static func version6(_ text: String) -> [UInt8]? {
        func words(_ text: Substring) -> [UInt16]? {
            if text.isEmpty { return [] }
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            let words = parts.compactMap { (1...4).contains($0.count) ? UInt16($0, radix: 16) : nil }
            return words.count == parts.count ? words : nil
        }
        let groups: [UInt16]
        if let gap = text.firstRange(of: "::") {
            guard let head = words(text[..<gap.lowerBound]), let tail = words(text[gap.upperBound...]),
                head.count + tail.count < 8
            else { return nil }
            groups = head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail
        } else {
            guard let all = words(text[...]), all.count == 8 else { return nil }
            groups = all
        }
        return groups.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    }
}

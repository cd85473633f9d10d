/// A version of any count of numbers, as hashicorp/go-version reads one: `8.0.3.0`, `v9.0`, `1.2.3-beta.1+build`.
package struct SegmentedVersion: Hashable, Sendable, CustomStringConvertible {
    /// At least three: missing ones are 0.
    let segments: [UInt64]
    /// How many numbers were written.
    let written: Int
    let prerelease: String
    package let description: String

    /// Nil when the text is no version.
    package init?(_ text: String) {
        description = text
        var rest = Substring(text.hasPrefix("v") ? String(text.dropFirst()) : text)
        if let plus = rest.firstIndex(of: "+") {
            guard Self.areIdentifiers(rest[rest.index(after: plus)...]) else { return nil }
            rest = rest[..<plus]
        }
        let numbers = rest.prefix { $0 == "." || ($0.isASCII && $0.isNumber) }
        var suffix = rest.dropFirst(numbers.count)
        if suffix.hasPrefix("-") { suffix = suffix.dropFirst() } else if suffix.first?.isNumber == true { return nil }
        guard rest.count == numbers.count || Self.areIdentifiers(suffix) else { return nil }
        prerelease = String(suffix)
        let values = numbers.split(separator: ".", omittingEmptySubsequences: false).map { UInt64($0) }
        guard !values.isEmpty, values.allSatisfy({ $0 != nil }), values.count <= 16 else { return nil }
        written = values.count
        segments = values.compactMap(\.self) + [UInt64](repeating: 0, count: max(0, 3 - values.count))
    }

    private static func areIdentifiers(_ text: Substring) -> Bool {
        !text.isEmpty
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
                !part.isEmpty
                    && part.utf8.allSatisfy {
                        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                            || $0 == 0x2D || $0 == 0x7E
                    }
            }
    }

    /// Negative, zero or positive as `left` sorts before, with or after `right`; missing numbers are 0.
    static func order(_ left: SegmentedVersion, _ right: SegmentedVersion) -> Int {
        for index in 0..<max(left.segments.count, right.segments.count) {
            let one = index < left.segments.count ? left.segments[index] : 0
            let other = index < right.segments.count ? right.segments[index] : 0
            if one != other { return one < other ? -1 : 1 }
        }
        if left.prerelease == right.prerelease { return 0 }
        if left.prerelease.isEmpty { return 1 }
        if right.prerelease.isEmpty { return -1 }
        let ones = left.prerelease.split(separator: ".").map(String.init)
        let others = right.prerelease.split(separator: ".").map(String.init)
        for (one, other) in zip(ones, others) where one != other {
            switch (UInt64(one), UInt64(other)) {
            case (let one?, let other?): return one < other ? -1 : 1
            case (_?, nil): return -1
            case (nil, _?): return 1
            case (nil, nil): return one < other ? -1 : 1
            }
        }
        return ones.count - others.count
    }
}

/// Searching and trimming in bytes of UTF-8: strings are indexed by bytes.
enum StarlarkBytes {
    static func find(_ part: [UInt8], in bytes: [UInt8], from: Int = 0) -> Int? {
        if part.isEmpty { return from <= bytes.count ? from : nil }
        guard bytes.count - from >= part.count else { return nil }
        var at = from
        while at <= bytes.count - part.count {
            if bytes[at] == part[0], bytes[at..<at + part.count].elementsEqual(part) { return at }
            at += 1
        }
        return nil
    }

    static func findLast(_ part: [UInt8], in bytes: [UInt8]) -> Int? {
        var at = bytes.count - part.count
        while at >= 0 {
            if bytes[at..<at + part.count].elementsEqual(part) { return at }
            at -= 1
        }
        return nil
    }

    static func split(_ bytes: [UInt8], by part: [UInt8], most: Int = Int.max) -> [[UInt8]] {
        var result: [[UInt8]] = []
        var start = 0
        while result.count < most, let at = find(part, in: bytes, from: start) {
            result.append(Array(bytes[start..<at]))
            start = at + part.count
        }
        result.append(Array(bytes[start...]))
        return result
    }

    static func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }

    static func trim(_ text: String, left: Bool, right: Bool, _ isTrimmed: (Unicode.Scalar) -> Bool) -> String {
        var scalars = text.unicodeScalars[...]
        if left { scalars = scalars.drop(while: isTrimmed) }
        if right {
            while let last = scalars.last, isTrimmed(last) { scalars.removeLast() }
        }
        return String(scalars)
    }

    static func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }
}

/// The `format`s of texts that an API server checks in custom resources (go-openapi/strfmt); others it passes over.
enum SchemaFormat {
    static func holds(_ name: String, _ text: String) -> Bool {
        switch name {
        case "date": isDate(text[...])
        case "date-time", "datetime": isDateTime(text)
        case "ipv4": isVersion4(text[...])
        case "ipv6": text.contains(":") && isVersion6(text[...])
        case "cidr": isBlock(text)
        case "uuid": isIdentifier(text)
        case "mac": isHardwareAddress(text)
        case "byte": isBase64(text)
        default: true
        }
    }

    private static func digits(_ text: Substring, _ count: Int) -> Int? {
        guard text.utf8.count == count, text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
        return Int(text)
    }

    private static func isDate(_ text: Substring) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, let year = digits(parts[0], 4), let month = digits(parts[1], 2),
            let day = digits(parts[2], 2), (1...12).contains(month)
        else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...lengths[month - 1]).contains(day)
    }

    private static func isDateTime(_ text: String) -> Bool {
        let parts = text.lowercased().split(separator: "t", omittingEmptySubsequences: false)
        guard parts.count == 2, isDate(parts[0]) else { return false }
        var time = parts[1]
        if time.hasSuffix("z") {
            time = time.dropLast()
        } else {
            let zone = time.suffix(6)
            guard zone.first == "+" || zone.first == "-", isClock(zone.dropFirst() + ":00") else { return false }
            time = time.dropLast(6)
        }
        guard isClock(time.prefix(8)) else { return false }
        let fraction = time.dropFirst(8)
        return fraction.isEmpty
            || fraction.utf8.count > 1 && digits(fraction.dropFirst(), fraction.utf8.count - 1) != nil
    }

    private static func isClock(_ text: Substring) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let hour = digits(parts[0], 2), let minute = digits(parts[1], 2),
            let second = digits(parts[2], 2)
        else { return false }
        return hour < 24 && minute < 60 && second < 60
    }

    private static func isVersion4(_ text: Substring) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                guard (1...3).contains(part.utf8.count), let number = digits(part, part.utf8.count) else {
                    return false
                }
                return number < 256 && (part.utf8.count == 1 || part.first != "0")
            }
    }

    private static func isVersion6(_ text: Substring) -> Bool {
        func groups(_ part: Substring, endsAddress: Bool) -> Int? {
            if part.isEmpty { return 0 }
            let words = part.split(separator: ":", omittingEmptySubsequences: false)
            var count = 0
            for (index, word) in words.enumerated() {
                if endsAddress, index == words.count - 1, word.contains(".") {
                    guard isVersion4(word) else { return nil }
                    count += 2
                } else {
                    guard (1...4).contains(word.utf8.count), UInt16(word, radix: 16) != nil, word.first != "+" else {
                        return nil
                    }
                    count += 1
                }
            }
            return count
        }
        guard let gap = text.firstRange(of: "::") else { return groups(text, endsAddress: true) == 8 }
        guard let before = groups(text[..<gap.lowerBound], endsAddress: false),
            let after = groups(text[gap.upperBound...], endsAddress: true)
        else { return false }
        return before + after < 8
    }

    private static func isBlock(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...3).contains(parts[1].utf8.count),
            let length = digits(parts[1], parts[1].utf8.count)
        else { return false }
        return isVersion4(parts[0]) && length <= 32 || parts[0].contains(":") && isVersion6(parts[0]) && length <= 128
    }

    private static func isHexadecimal(_ text: Substring) -> Bool {
        text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0 | 32) }
    }

    private static func isIdentifier(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        if parts.count == 1 { return text.utf8.count == 32 && isHexadecimal(text[...]) }
        return parts.map(\.utf8.count) == [8, 4, 4, 4, 12] && parts.allSatisfy(isHexadecimal)
    }

    private static func isHardwareAddress(_ text: String) -> Bool {
        let separator: Character = text.contains("-") ? "-" : ":"
        let parts = text.split(separator: separator, omittingEmptySubsequences: false)
        return [6, 8, 20].contains(parts.count) && parts.allSatisfy { $0.utf8.count == 2 && isHexadecimal($0) }
    }

    private static func isBase64(_ text: String) -> Bool {
        let body = text.utf8.reversed().drop { $0 == 61 }
        return text.utf8.count % 4 == 0 && text.utf8.count - body.count <= 2
            && body.allSatisfy {
                (48...57).contains($0) || (97...122).contains($0 | 32) || $0 == 43 || $0 == 47
            }
    }
}

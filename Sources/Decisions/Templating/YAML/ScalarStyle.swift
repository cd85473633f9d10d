/// Which ways of writing a string libyaml's emitter allows.
struct ScalarStyle {
    var plainAllowed = true
    var singleQuotedAllowed = true
    var blockAllowed = true

    init(_ text: String) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else {
            blockAllowed = false
            return
        }
        if bytes.count >= 3, bytes.starts(with: [45, 45, 45]) || bytes.starts(with: [46, 46, 46]) {
            plainAllowed = false
        }
        if Self.hasIndicators(bytes) { plainAllowed = false }
        look(at: text)
    }

    private static func hasIndicators(_ bytes: [UInt8]) -> Bool {
        func blankAfter(_ index: Int) -> Bool {
            index + 1 >= bytes.count || bytes[index + 1] == 32 || bytes[index + 1] == 9
        }
        switch bytes[0] {
        case UInt8(ascii: "#"), UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
            UInt8(ascii: "}"), UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: "!"), UInt8(ascii: "|"),
            UInt8(ascii: ">"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "%"), UInt8(ascii: "@"),
            UInt8(ascii: "`"):
            return true
        case UInt8(ascii: "?"), UInt8(ascii: ":"), UInt8(ascii: "-"): if blankAfter(0) { return true }
        default: break
        }
        for index in bytes.indices.dropFirst() {
            if bytes[index] == UInt8(ascii: ":"), blankAfter(index) { return true }
            if bytes[index] == UInt8(ascii: "#") {
                let before = bytes[index - 1]
                if before == 32 || before == 9 || before == 10 || before == 13 { return true }
            }
        }
        return false
    }

    private mutating func look(at text: String) {
        var previousSpace = false
        var previousBreak = false
        var breakSpace = false
        var spaceBreak = false
        var special = false
        var breaks = false
        for scalar in text.unicodeScalars {
            let code = scalar.value
            if !Self.isPrintable(code) { special = true }
            if code == 32 {
                if previousBreak { breakSpace = true }
                (previousSpace, previousBreak) = (true, false)
            } else if Self.isBreak(code) {
                breaks = true
                if previousSpace { spaceBreak = true }
                (previousSpace, previousBreak) = (false, true)
            } else {
                (previousSpace, previousBreak) = (false, false)
            }
        }
        let first = text.utf8.first
        if first == 32 || first == 10 || previousSpace || previousBreak || breaks { plainAllowed = false }
        if previousSpace { blockAllowed = false }
        if breakSpace {
            plainAllowed = false
            singleQuotedAllowed = false
        }
        if spaceBreak || special {
            plainAllowed = false
            singleQuotedAllowed = false
            blockAllowed = false
        }
    }

    /// go-yaml's idea of a character that may stand for itself: no tabs, nothing above U+FFFF.
    static func isPrintable(_ code: UInt32) -> Bool {
        code == 0x0A || (code >= 0x20 && code <= 0x7E) || (code >= 0xA0 && code <= 0xD7FF)
            || (code >= 0xE000 && code <= 0xFFFD && code != 0xFEFF)
    }

    static func isBreak(_ code: UInt32) -> Bool {
        code == 10 || code == 13 || code == 0x85 || code == 0x2028 || code == 0x2029
    }
}

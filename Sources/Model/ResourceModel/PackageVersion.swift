/// A package version as kapp-controller reads and orders it: semantic versioning 2 whose build metadata counts.
///
/// Rule (carvel's fork of blang/semver): major, minor, patch, then pre-release, then build metadata, the last two
/// compared identifier by identifier: numbers by value, a number before a word, words byte by byte, fewer before more.
/// So `2.5.3+vmware.10-tkg.1` < `2.5.3+vmware.2-tkg.1`, because `10-tkg` and `2-tkg` are words.
package struct PackageVersion: Hashable, Sendable, Comparable, CustomStringConvertible {
    package var major: UInt64
    package var minor: UInt64
    package var patch: UInt64
    package var prerelease: [Identifier]
    package var build: [String]

    package enum Identifier: Hashable, Sendable {
        case number(UInt64)
        case word(String)
    }

    package struct ParseError: Error, Hashable, Sendable, CustomStringConvertible {
        /// blang/semver's words.
        package var description: String
    }

    /// Strict: three numbers, no leading `v` or zeros.
    package init(_ text: String) throws(ParseError) {
        guard !text.isEmpty else { throw ParseError(description: "Version string empty") }
        let numbers = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard numbers.count == 3 else { throw ParseError(description: "No Major.Minor.Patch elements found") }
        major = try Self.number(numbers[0], "major")
        minor = try Self.number(numbers[1], "minor")
        var rest = Substring(numbers[2])
        var buildText: Substring?
        if let plus = rest.firstIndex(of: "+") {
            buildText = rest[rest.index(after: plus)...]
            rest = rest[..<plus]
        }
        var prereleaseText: Substring?
        if let dash = rest.firstIndex(of: "-") {
            prereleaseText = rest[rest.index(after: dash)...]
            rest = rest[..<dash]
        }
        patch = try Self.number(String(rest), "patch")
        prerelease = []
        for part in prereleaseText?.split(separator: ".", omittingEmptySubsequences: false) ?? [] {
            prerelease.append(try Self.identifier(String(part)))
        }
        build = []
        for part in buildText?.split(separator: ".", omittingEmptySubsequences: false) ?? [] {
            guard !part.isEmpty else { throw ParseError(description: "Build meta data is empty") }
            guard part.utf8.allSatisfy(Self.isIdentifierByte) else {
                throw ParseError(description: "Invalid character(s) found in build meta data \"\(part)\"")
            }
            build.append(String(part))
        }
    }

    /// As kapp-controller parses names of packages: one leading `v` is allowed.
    package init?(tolerant text: String) {
        let body = text.hasPrefix("v") ? String(text.dropFirst()) : text
        guard let version = try? PackageVersion(body) else { return nil }
        self = version
    }

    private static func number(_ text: String, _ what: String) throws(ParseError) -> UInt64 {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = UInt64(text) else {
            throw ParseError(description: "Invalid character(s) found in \(what) number \"\(text)\"")
        }
        guard text.utf8.count == 1 || text.first != "0" else {
            let name = what.prefix(1).uppercased() + what.dropFirst()
            throw ParseError(description: "\(name) number must not contain leading zeroes \"\(text)\"")
        }
        return value
    }

    private static func identifier(_ text: String) throws(ParseError) -> Identifier {
        guard !text.isEmpty else { throw ParseError(description: "Prerelease is empty") }
        guard text.utf8.allSatisfy(isIdentifierByte) else {
            throw ParseError(description: "Invalid character(s) found in prerelease \"\(text)\"")
        }
        guard let value = UInt64(text), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return .word(text) }
        guard text.utf8.count == 1 || text.first != "0" else {
            throw ParseError(description: "Numeric PreRelease version must not contain leading zeroes \"\(text)\"")
        }
        return .number(value)
    }

    private static func isIdentifierByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2D
    }

    package var description: String {
        var text = "\(major).\(minor).\(patch)"
        if !prerelease.isEmpty { text += "-" + prerelease.map(Self.text).joined(separator: ".") }
        if !build.isEmpty { text += "+" + build.joined(separator: ".") }
        return text
    }

    private static func text(_ identifier: Identifier) -> String {
        switch identifier {
        case .number(let value): String(value)
        case .word(let word): word
        }
    }

    package static func < (left: PackageVersion, right: PackageVersion) -> Bool { order(left, right) < 0 }

    /// Negative, zero or positive as `left` sorts before, with or after `right`.
    static func order(_ left: PackageVersion, _ right: PackageVersion) -> Int {
        for (one, other) in [(left.major, right.major), (left.minor, right.minor), (left.patch, right.patch)]
        where one != other { return one < other ? -1 : 1 }
        if left.prerelease.isEmpty != right.prerelease.isEmpty { return left.prerelease.isEmpty ? 1 : -1 }
        let byPrerelease = order(left.prerelease, right.prerelease)
        if byPrerelease != 0 { return byPrerelease }
        return order(left.build.map(Self.buildIdentifier), right.build.map(Self.buildIdentifier))
    }

    private static func buildIdentifier(_ text: String) -> Identifier {
        if let value = UInt64(text), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return .number(value) }
        return .word(text)
    }

    private static func order(_ left: [Identifier], _ right: [Identifier]) -> Int {
        for (one, other) in zip(left, right) where one != other {
            switch (one, other) {
            case (.number(let one), .number(let other)):
                if one != other { return one < other ? -1 : 1 }
            case (.number, .word): return -1
            case (.word, .number): return 1
            case (.word(let one), .word(let other)):
                if one != other { return Array(one.utf8).lexicographicallyPrecedes(Array(other.utf8)) ? -1 : 1 }
            }
        }
        return left.count - right.count
    }
}

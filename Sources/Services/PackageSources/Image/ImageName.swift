package import FleetModel

/// A reference to an image: `registry.example.com:5000/team/harbor:2.6.3@sha256:…`.
///
/// Read as docker and go-containerregistry read it: without a registry it is Docker Hub's.
package struct ImageName: Hashable, Sendable, CustomStringConvertible {
    /// Host and port, lower case.
    package var registry: String
    package var repository: String
    package var tag: String?
    package var digest: ContentDigest?

    package static let dockerHub = "index.docker.io"
    private static let longestRepository = 255
    private static let longestTag = 128

    package init(_ text: String) throws(FleetError) {
        func refusal(_ rule: String) -> FleetError {
            FleetError(.invalidArgument, "\"\(TarReader.shown(text))\" is not an image reference", reason: rule)
        }
        var rest = Substring(text)
        if let at = rest.firstIndex(of: "@") {
            let digest = ContentDigest(String(rest[rest.index(after: at)...]))
            guard digest.isWellFormed else { throw refusal("behind @ a digest is expected: sha256: and 64 digits") }
            self.digest = digest
            rest = rest[..<at]
        }
        let slash = rest.lastIndex(of: "/") ?? rest.startIndex
        if let colon = rest[slash...].lastIndex(of: ":") {
            let tag = String(rest[rest.index(after: colon)...])
            guard Self.isTag(tag) else { throw refusal("the tag is not allowed") }
            self.tag = tag
            rest = rest[..<colon]
        }
        var parts = rest.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if parts.count > 1, parts[0].contains(".") || parts[0].contains(":") || parts[0] == "localhost" {
            registry = parts.removeFirst().lowercased()
        } else {
            registry = Self.dockerHub
        }
        if registry == "docker.io" { registry = Self.dockerHub }
        if registry == Self.dockerHub, parts.count == 1 { parts.insert("library", at: 0) }
        repository = parts.joined(separator: "/")
        guard Self.isHost(registry) else { throw refusal("the registry is not a host name") }
        guard Self.isRepository(repository) else {
            throw refusal("the repository is made of lower case letters, digits and ._- between slashes")
        }
    }

    /// The repository without tag and digest.
    package var context: String { "\(registry)/\(repository)" }

    package var description: String {
        context + (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "")
    }

    static func isRepository(_ text: String) -> Bool {
        guard !text.isEmpty, text.utf8.count <= longestRepository else { return false }
        return text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            guard let first = part.utf8.first, let last = part.utf8.last, isLetterOrDigit(first), isLetterOrDigit(last)
            else { return false }
            return part.utf8.allSatisfy { isLetterOrDigit($0) || [0x2D, 0x2E, 0x5F].contains($0) }
        }
    }

    static func isHost(_ text: String) -> Bool {
        let pieces = text.split(separator: ":", omittingEmptySubsequences: false)
        guard let host = pieces.first, !host.isEmpty, pieces.count <= 2,
            pieces.count == 1 || UInt16(pieces[1]) != nil
        else { return false }
        return host.utf8.allSatisfy { isLetterOrDigit($0) || [0x2D, 0x2E].contains($0) }
    }

    private static func isTag(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= longestTag, first != 0x2D, first != 0x2E else {
            return false
        }
        return text.lowercased().utf8.allSatisfy { isLetterOrDigit($0) || [0x2D, 0x2E, 0x5F].contains($0) }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
    }
}

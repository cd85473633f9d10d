/// An absolute `http` or `https` address in its parts: what redirects and token realms name.
struct WebAddress: Hashable, Sendable {
    var scheme: String
    /// Host and port, lower case.
    var authority: String
    /// Path and query, starting with `/`.
    var target: String

    init(scheme: String, authority: String, target: String) {
        self.scheme = scheme
        self.authority = authority
        self.target = target
    }

    /// Nil for other schemes, for addresses with user names, and for characters that no address has.
    init?(_ text: String, relativeTo base: WebAddress? = nil) {
        guard text.utf8.count <= 16_384, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        if let base, text.hasPrefix("/"), !text.hasPrefix("//") {
            self.init(scheme: base.scheme, authority: base.authority, target: text)
            return
        }
        guard let separator = text.firstRange(of: "://") else { return nil }
        let scheme = text[..<separator.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { return nil }
        let rest = text[separator.upperBound...]
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        let authority = rest[..<end].lowercased()
        guard ImageName.isHost(authority) || Self.isAddress(authority) else { return nil }
        var target = String(rest[end...].prefix { $0 != "#" })
        if !target.hasPrefix("/") { target = "/" + target }
        self.init(scheme: scheme, authority: authority, target: target)
    }

    /// `[::1]:5000`
    private static func isAddress(_ text: String) -> Bool {
        text.hasPrefix("[") && text.dropFirst().allSatisfy { $0.isHexDigit || ":]%.".contains($0) }
    }

    var origin: String { "\(scheme)://\(authority)" }
    /// Without the query, which may hold a signature.
    var shown: String { origin + target.prefix { $0 != "?" } }
}

/// The parts of `scheme://host[:port][/prefix]`.
struct ServerAddress: Equatable {
    var scheme: Substring
    /// Without the brackets of an IPv6 address.
    var host: String
    /// `:port` and everything behind it.
    var rest: Substring

    init?(_ text: String) {
        guard let separator = text.firstRange(of: "://") else { return nil }
        scheme = text[..<separator.lowerBound]
        guard scheme == "https" || scheme == "http" else { return nil }
        let authority = text[separator.upperBound...]
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = String(authority[authority.index(after: authority.startIndex)..<end])
            rest = authority[authority.index(after: end)...]
        } else {
            let end = authority.firstIndex { $0 == ":" || $0 == "/" } ?? authority.endIndex
            host = String(authority[..<end])
            rest = authority[end...]
        }
        if host.isEmpty { return nil }
    }

    func replacing(host: String) -> String { "\(scheme)://\(host)\(rest)" }
}

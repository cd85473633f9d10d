/// Names inside a bundle: relative, `/` separated, nothing that leads out.
enum BundlePath {
    static let maximumLength = 1024

    /// The path in its plain form, or nil when it is absolute, climbs with `..`, or holds control characters.
    static func clean(_ path: String) -> String? {
        guard !path.isEmpty, !path.hasPrefix("/"), path.utf8.count <= maximumLength, !path.contains("\\"),
            path.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
        else { return nil }
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            guard part != ".." else { return nil }
            parts.append(part)
        }
        return parts.joined(separator: "/")
    }
}

/// A path inside a package's files, as its steps write it.
package enum PackagePath {
    /// Without `.`, `..` and doubled slashes, as Go's `filepath.Join` makes it below a folder; nil when it leads out.
    ///
    /// kapp-controller refuses such a path with "Invalid path".
    package static func clean(_ path: String) -> String? {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part != ".." {
                parts.append(part)
            } else if parts.popLast() == nil {
                return nil
            }
        }
        return parts.joined(separator: "/")
    }
}

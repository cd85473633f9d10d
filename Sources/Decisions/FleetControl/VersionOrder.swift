/// The order of package versions.
enum VersionOrder {
    static func isOlder(_ left: String, than right: String) -> Bool { key(left).lexicographicallyPrecedes(key(right)) }

    private static func key(_ text: String) -> [Int] {
        text.split { ".+-".contains($0) }.map { Int($0) ?? 0 }
    }
}

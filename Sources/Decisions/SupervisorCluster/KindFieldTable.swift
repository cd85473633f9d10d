/// Rows of `KindFields` (k8s.io/api v0.32, the served versions), written by `Scripts/generate-kind-fields`.
enum KindFieldTable {
    static let text = part1 + "\n" + part2
}

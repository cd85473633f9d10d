internal import Yams

extension YAMLDocuments {
    /// The line (from 1) of the value under `path` in the `document`-th document of a text, or of the nearest parent
    /// that is there; nil when the text cannot be read.
    ///
    /// Path parts that are numbers name sequence elements.
    package static func line(of path: [String], inDocument document: Int, of text: String) -> Int? {
        guard var nodes = try? Yams.compose_all(yaml: text) else { return nil }
        var current: Node?
        for _ in 0...document { current = nodes.next() }
        guard var node = current else { return nil }
        var line = node.mark?.line
        for part in path {
            switch node {
            case .mapping(let mapping):
                guard let pair = mapping.first(where: { $0.key.string == part }) else { return line }
                line = pair.key.mark?.line ?? line
                node = pair.value
            case .sequence(let sequence):
                guard let index = Int(part), sequence.indices.contains(index) else { return line }
                node = sequence[index]
                line = node.mark?.line ?? line
            case .scalar, .alias: return line
            }
        }
        return line
    }
}

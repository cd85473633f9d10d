/// Lays the documents of a library that match others over them; what is left is its output.
enum OverlayPostProcessing {
    static func apply(
        _ sets: [(path: String, documents: YAMLNode)], session: StarlarkSession
    ) throws(TemplateError) -> [(path: String, documents: YAMLNode)] {
        var targets: [(path: String, documents: YAMLNode)] = []
        var overlays: [(path: String, document: YAMLNode)] = []
        for (path, set) in sets {
            var kept: [YAMLNode] = []
            for document in set.items {
                if document.annotations["overlay/match"] != nil {
                    overlays.append((path, document))
                } else if !document.isEmptyDocument {
                    kept.append(document)
                }
            }
            set.items = kept
            if !kept.isEmpty { targets.append((path, set)) }
        }
        for (_, overlay) in overlays {
            do throws(TemplateError) {
                let operation = OverlayOperation(thread: .plain(session))
                try operation.apply(
                    targets.map(\.documents), documents: .collection(.documentSet, [overlay]))
            } catch {
                var names: [String] = []
                for name in overlays.map(\.path) where names.last != name { names.append(name) }
                throw error.prefixed("Overlaying (in following order: \(names.joined(separator: ", "))): ")
            }
        }
        for target in targets { OverlayOperation.removeAnnotations(target.documents) }
        return targets
    }
}

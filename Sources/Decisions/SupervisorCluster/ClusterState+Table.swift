internal import ResourceModel

/// `Accept: …;as=Table`: what `kubectl get` prints.
extension ClusterState {
    func table(_ objects: [Value], _ call: APICall, resourceVersion: String, isList: Bool) -> Value {
        let columns = TableColumns.columns(call.resource, profile: profile)
        let include = call.request.parameter("includeObject") ?? "Metadata"
        let rows = objects.map { object -> Value in
            let object = converted(object, to: call.resource)
            let cells = columns.map { $0.cell(object, now) }
            var row: [String: Value] = ["cells": .array(cells)]
            switch include {
            case "None": break
            case "Object": row["object"] = object
            default:
                row["object"] = [
                    "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object.metadata,
                ]
            }
            return .object(row)
        }
        return [
            "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": ["resourceVersion": .string(resourceVersion)],
            "columnDefinitions": .array(
                columns.map {
                    [
                        "name": .string($0.name), "type": .string($0.type), "format": .string($0.format),
                        "description": .string(
                            $0.description ?? TableDescriptions.text(call.resource, $0.name, profile: profile)),
                        "priority": .int($0.isWide ? 1 : 0),
                    ]
                }),
            "rows": .array(rows),
        ]
    }
}

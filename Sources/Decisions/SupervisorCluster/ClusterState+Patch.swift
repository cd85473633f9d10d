internal import ResourceModel

/// PATCH in its four content types.
extension ClusterState {
    mutating func patch(_ call: APICall) throws(APIStatus) -> APIResponse {
        switch call.contentType {
        case "application/json-patch+json", "application/merge-patch+json": break
        case "application/strategic-merge-patch+json":
            if call.resource.isCustom {
                throw APIStatus(
                    415, "UnsupportedMediaType",
                    "the body of the request was in an unknown format - accepted media types include: "
                        + "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml")
            }
        case "application/apply-patch+yaml": return try apply(call)
        default:
            throw APIStatus(415, "UnsupportedMediaType", "415: Unsupported Media Type", details: .object([:]))
        }
        let old = try existing(call)
        let patch = try patchBody(call)
        if call.subresource == "scale" {
            let patched = try patched(scale(of: old, call.resource), patch.value, call)
            return try updateScale(call, patched)
        }
        var object = try patched(old, patch.value, call)
        // kubectl's patches name no kind; one that changes it is refused like a body that contradicts the URL.
        object["kind"] = old["kind"]
        object["apiVersion"] = old["apiVersion"]
        try checkLock(object, old, call, isUpdate: false)
        guard object.objectName == old.objectName else {
            throw .badRequest(
                "the name of the object (\(object.objectName)) does not match the name on the URL (\(call.name))")
        }
        try checkEscalation(object, call)
        var options = options(call)
        options.duplicates = patch.duplicates
        let stored = try replace(old, with: object, call.resource, &options)
        return present(stored, call, headers: Self.warningHeaders(options.warnings))
    }

    private func patchBody(_ call: APICall) throws(APIStatus) -> (value: Value, duplicates: [String]) {
        do {
            let read = try JSONReader.readNotingDuplicates(call.request.body)
            return (read.value, read.duplicates)
        } catch {
            throw .badRequest("error decoding patch: \(error.message)")
        }
    }

    private static func noObject(_ patch: Value) -> String {
        "json: cannot unmarshal \(patch.goJSONName) into Go value of type map[string]interface {}"
    }

    private func patched(_ old: Value, _ patch: Value, _ call: APICall) throws(APIStatus) -> Value {
        do throws(PatchError) {
            switch call.contentType {
            case "application/json-patch+json": return try JSONPatch.apply(patch, to: old)
            case "application/merge-patch+json":
                guard patch.objectValue != nil else {
                    throw PatchError(.malformed, "error decoding patch: \(Self.noObject(patch))")
                }
                return MergePatch.apply(patch, to: old)
            default:
                guard patch.objectValue != nil else { throw PatchError(.malformed, Self.noObject(patch)) }
                return try StrategicMergePatch.apply(patch, to: old)
            }
        } catch {
            switch error.reason {
            case .malformed: throw .badRequest(error.message)
            case .doesNotApply:
                // What the patch library says is lost on the way (apiserver's `NewGenericServerResponse`).
                throw APIStatus(
                    422, "Invalid", "the server rejected our request due to an error in our request",
                    details: .object([:]))
            }
        }
    }

    // MARK: Server-side apply

    private mutating func apply(_ call: APICall) throws(APIStatus) -> APIResponse {
        guard let manager = call.request.parameter("fieldManager"), !manager.isEmpty else {
            throw .invalid(
                kind: "PatchOptions", group: "meta.k8s.io", "",
                [.required("fieldManager", "is required for apply patch")])
        }
        let body = try RequestBody(call)
        var applied = body.value
        guard !applied.apiVersion.isEmpty, !applied.kind.isEmpty else {
            throw .badRequest(
                "invalid object type: /, Kind=\(applied.kind)")
        }
        guard applied.groupVersionKind == call.resource.gvk else {
            throw .badRequest("invalid object type: \(applied.apiVersion), Kind=\(applied.kind)")
        }
        guard (applied.metadata["managedFields"]?.arrayValue ?? []).isEmpty else {
            throw .badRequest("metadata.managedFields must be nil")
        }
        if applied.objectName.isEmpty { applied[at: "metadata", "name"] = .string(call.name) }
        if call.resource.isNamespaced { applied[at: "metadata", "namespace"] = .string(call.namespace) }
        guard applied.objectName == call.name else {
            throw .badRequest(
                "the name of the object (\(applied.objectName)) does not match the name on the URL (\(call.name))")
        }
        var options = options(call)
        options.isApply = true
        options.duplicates = body.duplicates
        // Checked on what was sent; what is live has been accepted before.
        var checked = applied
        let unknown = try FieldCheck.check(&checked, call.resource)
        if options.fieldValidation == "Strict", !unknown.isEmpty {
            throw .badRequest(
                "failed to create typed patch object (\(call.namespace)/\(call.name); \(call.resource.apiVersion), "
                    + "Kind=\(call.resource.kind)): errors:\n"
                    + unknown.map { "  .\($0): field not declared in schema" }.joined(separator: "\n"))
        }
        options.warnings += unknown.map { "unknown field \"\($0)\"" }
        options.duplicates = []
        options.fieldValidation = "Ignore"
        let old = object(call.resource, namespace: call.namespace, name: call.name)
        if old == nil, call.subresource != nil { throw .notFound(call.resource, call.name) }
        if let old { try checkLock(checked, old, call, isUpdate: false) }
        let result = try ServerSideApply.merge(
            checked, over: old, manager: manager, subresource: call.subresource,
            force: call.request.flag("force"), resource: call.resource, at: now)
        guard let old else {
            var object = result.object
            object[at: "metadata", "resourceVersion"] = nil
            options.managedFields = result.managedFields
            let stored = try create(object, call.resource, &options)
            return present(stored, call, status: 201, headers: Self.warningHeaders(options.warnings))
        }
        options.managedFields = result.managedFields
        let stored = try replace(old, with: result.object, call.resource, &options)
        return present(stored, call, headers: Self.warningHeaders(options.warnings))
    }
}

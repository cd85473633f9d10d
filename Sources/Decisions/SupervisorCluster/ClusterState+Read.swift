internal import ResourceModel

/// GET of one object and LIST.
extension ClusterState {
    func get(_ call: APICall) throws(APIStatus) -> APIResponse {
        if call.subresource == "log" { return try log(call) }
        let stored = try existing(call)
        if call.subresource == "scale" { return .json(scale(of: stored, call.resource)) }
        return present(stored, call)
    }

    func existing(_ call: APICall) throws(APIStatus) -> Value {
        guard let stored = object(call.resource, namespace: call.namespace, name: call.name) else {
            throw .notFound(call.resource, call.name)
        }
        return stored
    }

    /// One object as the caller wants it: JSON, YAML or a one-row table.
    func present(
        _ object: Value, _ call: APICall, status: Int = 200, headers: [APIResponse.Header] = []
    ) -> APIResponse {
        if call.wantsTable {
            return .json(
                table([object], call, resourceVersion: object.resourceVersion, isList: false), status: status,
                headers: headers)
        }
        if call.wantsYAML {
            return APIResponse(
                status: status, headers: [.init("Content-Type", "application/yaml")] + headers,
                body: Array(YAMLWriter.text(object).utf8))
        }
        return .json(object, status: status, headers: headers)
    }

    struct Selection {
        var labels: LabelSelector?
        var fields: FieldSelector?
        var namespace: String?

        func matches(_ object: Value) -> Bool {
            if let namespace, object.objectNamespace != namespace { return false }
            if let labels, !labels.matches(object.objectLabels) { return false }
            if let fields, !fields.matches(object) { return false }
            return true
        }
    }

    func selection(_ call: APICall) throws(APIStatus) -> Selection {
        var selection = Selection(namespace: call.namespace.isEmpty ? nil : call.namespace)
        do {
            if let text = call.request.parameter("labelSelector"), !text.isEmpty {
                selection.labels = try LabelSelector(parsing: text)
            }
            if let text = call.request.parameter("fieldSelector"), !text.isEmpty {
                selection.fields = try FieldSelector(parsing: text)
            }
        } catch {
            throw .badRequest(error.message)
        }
        for term in selection.fields?.terms ?? []
        where !Self.selectableFields(call.resource).contains(term.field) {
            throw .badRequest(Self.unknownField(term.field, call.resource))
        }
        return selection
    }

    /// Kinds with selectable fields of their own have a converter each, and each its words.
    private static func unknownField(_ field: String, _ resource: ResourceDefinition) -> String {
        switch (resource.group, resource.plural) {
        case ("", "events"), ("", "namespaces"), ("", "nodes"), ("", "pods"), ("", "replicationcontrollers"),
            ("", "secrets"), ("", "services"):
            "field label not supported: \(field)"
        case ("batch", "jobs"): "field label \"\(field)\" not supported for batchv1.Job"
        case ("certificates.k8s.io", _): "field label not supported: \(field)"
        default: "\"\(field)\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
        }
    }

    private static func selectableFields(_ resource: ResourceDefinition) -> Set<String> {
        let common: Set<String> = ["metadata.name", "metadata.namespace"]
        switch (resource.group, resource.plural) {
        case ("", "events"):
            return common.union([
                "involvedObject.kind", "involvedObject.name", "involvedObject.namespace", "involvedObject.uid",
                "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
                "reportingComponent", "source", "type",
            ])
        case ("", "pods"):
            return common.union([
                "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName",
                "spec.hostNetwork", "status.phase", "status.podIP", "status.nominatedNodeName",
            ])
        case ("", "secrets"): return common.union(["type"])
        case ("", "namespaces"): return common.union(["status.phase"])
        case ("", "nodes"): return common.union(["spec.unschedulable"])
        case ("batch", "jobs"): return common.union(["status.successful"])
        default: return common
        }
    }

    /// The revision a request names; nil when it names none.
    func requestedRevision(_ call: APICall) throws(APIStatus) -> Int? {
        guard let text = call.request.parameter("resourceVersion"), !text.isEmpty else { return nil }
        guard let number = UInt64(text) else {
            throw APIStatus(
                500, "",
                "resourceVersion: Invalid value: \"\(text)\": strconv.ParseUint: parsing \"\(text)\": invalid syntax")
        }
        return Int(clamping: number)
    }

    func list(_ call: APICall) throws(APIStatus) -> APIResponse {
        let selection = try selection(call)
        var listed = revision
        var start: ObjectKey?
        let store = store(of: call.resource)
        var found: [Value]
        if let token = call.request.parameter("continue"), !token.isEmpty {
            let read = try ContinueToken(token, namespace: selection.namespace ?? "")
            listed = read.revision
            start = read.start
            // The token of an expired list goes on with what is there now.
            if read.revision == -1 { listed = revision }
            guard let then = store.list(at: listed, namespace: selection.namespace), listed <= revision else {
                throw expiredContinue(read, call)
            }
            found = then
        } else {
            let wanted = try requestedRevision(call)
            if let wanted, wanted > revision { throw tooLarge(wanted) }
            if let wanted, wanted > 0, call.request.parameter("resourceVersionMatch") == "Exact" {
                guard let then = store.list(at: wanted, namespace: selection.namespace) else {
                    throw APIStatus(
                        410, "Expired", "The resourceVersion for the provided list is too old.")
                }
                found = then
                listed = wanted
            } else {
                found = store.list(namespace: selection.namespace)
            }
        }
        if selection.labels != nil || selection.fields != nil { found = found.filter(selection.matches) }
        if let start {
            found = found.filter {
                start <= ObjectKey(namespace: $0.objectNamespace, name: $0.objectName)
                    && start != ObjectKey(namespace: $0.objectNamespace, name: $0.objectName)
            }
        }
        return page(found, call, revision: listed)
    }

    private func page(_ all: [Value], _ call: APICall, revision: Int) -> APIResponse {
        var found = all
        var metadata: [String: Value] = ["resourceVersion": .string(String(revision))]
        if let limit = call.request.parameter("limit").flatMap({ Int($0) }), limit > 0, found.count > limit {
            metadata["remainingItemCount"] = .int(Int64(found.count - limit))
            found.removeLast(found.count - limit)
            if let last = found.last {
                let start = ObjectKey(namespace: last.objectNamespace, name: last.objectName)
                metadata["continue"] = .string(
                    ContinueToken(revision: revision, start: start, namespace: call.namespace).text)
            }
        }
        if call.resource.hasConversion { found = found.map { converted($0, to: call.resource) } }
        if call.wantsTable {
            var table = table(found, call, resourceVersion: String(revision), isList: true)
            table["metadata"] = .object(metadata)
            return .json(table)
        }
        // Items of a built-in list carry no kind and apiVersion; those of a custom resource do.
        let items =
            call.resource.isCustom
            ? found
            : found.map { item in
                var item = item
                item["kind"] = nil
                item["apiVersion"] = nil
                return item
            }
        let list: Value = [
            "kind": .string(call.resource.listKind), "apiVersion": .string(call.resource.apiVersion),
            "metadata": .object(metadata), "items": .array(items),
        ]
        return .json(list)
    }

    func tooLarge(_ wanted: Int) -> APIStatus {
        APIStatus(
            504, "Timeout", "Timeout: Too large resource version: \(wanted), current: \(revision)",
            details: [
                "causes": [["reason": "ResourceVersionTooLarge", "message": "Too large resource version"]],
                "retryAfterSeconds": 1,
            ])
    }

    private func expiredContinue(_ token: ContinueToken, _ call: APICall) -> APIStatus {
        var status = APIStatus(
            410, "Expired",
            "The provided continue parameter is too old to display a consistent list result. You can start a new "
                + "list without the continue parameter, or use the continue token in this response to retrieve the "
                + "remainder of the results. Continuing with the provided token results in an inconsistent list - "
                + "objects that were created, modified, or deleted between the time the first chunk was returned "
                + "and now may show up in the list.")
        status.continueToken = ContinueToken(revision: -1, start: token.start, namespace: call.namespace).text
        return status
    }
}

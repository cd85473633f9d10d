internal import FleetRuntime
package import ResourceModel

extension KubernetesClient {
    package func get(
        _ kind: GroupVersionKind, namespace: String?, name: String
    ) async throws(KubernetesError) -> Value {
        let resource = try await resource(for: kind)
        return try await value(
            of: HTTPExchangeRequest(method: "GET", target: resource.objectPath(namespace: namespace, name: name)))
    }

    /// Nil when the object or its kind is not there.
    package func find(
        _ kind: GroupVersionKind, namespace: String?, name: String
    ) async throws(KubernetesError) -> Value? {
        do {
            return try await get(kind, namespace: namespace, name: name)
        } catch  where error.isNotFound || error.isNoKindMatch {
            if error.isPlainText { forgetDiscovery() }
            return nil
        }
    }

    /// All objects of a kind, page by page; starts over when a continue token has expired (410).
    package func list(
        _ kind: GroupVersionKind, namespace: String? = nil, options: ListOptions = ListOptions()
    ) async throws(KubernetesError) -> ResourceList {
        let resource = try await resource(for: kind)
        var restarts = 0
        while true {
            do {
                return try await listPages(resource, namespace: namespace, options: options)
            } catch  where error.isExpired && restarts < 3 {
                restarts += 1
            }
        }
    }

    private func listPages(
        _ resource: APIResource, namespace: String?, options: ListOptions
    ) async throws(KubernetesError) -> ResourceList {
        let path = resource.collectionPath(namespace: namespace)
        var items: [Value] = []
        var token = ""
        while true {
            var query = options.selectors + [("limit", String(options.pageSize))]
            if !token.isEmpty { query.append(("continue", token)) }
            let page = try await value(
                of: HTTPExchangeRequest(method: "GET", target: path + PercentEncoding.query(query)))
            // Items of a list carry no apiVersion and kind of their own.
            for var item in page["items"]?.arrayValue ?? [] {
                item["apiVersion"] = .string(resource.groupVersionKind.apiVersion)
                item["kind"] = .string(resource.groupVersionKind.kind)
                items.append(item)
            }
            token = page.metadata["continue"]?.stringValue ?? ""
            if token.isEmpty { return ResourceList(items: items, resourceVersion: page.resourceVersion) }
        }
    }

    /// Creates; a custom resource whose definition is new is tried again while its path is unknown (404 text/plain).
    package func create(
        _ object: Value, options: WriteOptions = WriteOptions()
    ) async throws(KubernetesError) -> Value {
        let resource = try await resource(for: object.groupVersionKind)
        let target =
            resource.collectionPath(namespace: object.objectNamespace) + PercentEncoding.query(options.items)
        return try await write(HTTPExchangeRequest(method: "POST", target: target, body: JSONWriter.bytes(object)))
    }

    /// Replaces; the object's `metadata.resourceVersion`, when there, must be the live one (409 otherwise).
    package func replace(
        _ object: Value, subresource: String? = nil, options: WriteOptions = WriteOptions()
    ) async throws(KubernetesError) -> Value {
        let resource = try await resource(for: object.groupVersionKind)
        let path = resource.objectPath(
            namespace: object.objectNamespace, name: object.objectName, subresource: subresource)
        return try await write(
            HTTPExchangeRequest(
                method: "PUT", target: path + PercentEncoding.query(options.items), body: JSONWriter.bytes(object)))
    }

    package func patch(
        _ kind: GroupVersionKind, namespace: String?, name: String, type: PatchType, body: Value,
        subresource: String? = nil, options: WriteOptions = WriteOptions()
    ) async throws(KubernetesError) -> Value {
        let resource = try await resource(for: kind)
        var query = options.items
        if type == .apply, options.force { query.append(("force", "true")) }
        let path = resource.objectPath(namespace: namespace, name: name, subresource: subresource)
        return try await write(
            HTTPExchangeRequest(
                method: "PATCH", target: path + PercentEncoding.query(query),
                headers: [HTTPHeader("Content-Type", type.rawValue)], body: JSONWriter.bytes(body)))
    }

    /// Server-side apply of a whole object.
    package func apply(
        _ object: Value, options: WriteOptions
    ) async throws(KubernetesError) -> Value {
        try await patch(
            object.groupVersionKind, namespace: object.objectNamespace, name: object.objectName, type: .apply,
            body: object, options: options)
    }

    /// Deletes; the answer is a Status when the object is gone at once, the object itself while finalizers hold it.
    @discardableResult
    package func delete(
        _ kind: GroupVersionKind, namespace: String?, name: String, options: DeleteOptions = DeleteOptions()
    ) async throws(KubernetesError) -> Value {
        let resource = try await resource(for: kind)
        var body: Value = [
            "kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": .string(options.propagation.rawValue),
        ]
        if let seconds = options.gracePeriodSeconds { body["gracePeriodSeconds"] = .int(Int64(seconds)) }
        if let uid = options.uid { body[at: "preconditions", "uid"] = .string(uid) }
        if let version = options.resourceVersion { body[at: "preconditions", "resourceVersion"] = .string(version) }
        if options.dryRun { body["dryRun"] = ["All"] }
        return try await value(
            of: HTTPExchangeRequest(
                method: "DELETE", target: resource.objectPath(namespace: namespace, name: name),
                body: JSONWriter.bytes(body)))
    }

    private func write(_ request: HTTPExchangeRequest) async throws(KubernetesError) -> Value {
        var attempt = 0
        while true {
            do {
                return try await value(of: request)
            } catch  where error.isNotFound && error.isPlainText && attempt < limits.newKindRetries {
                attempt += 1
                try await pause(limits.newKindInterval)
            }
        }
    }
}

internal import FleetModel
internal import ResourceModel

/// Create, update and the rules every write goes through.
extension ClusterState {
    /// How a write is made.
    struct WriteOptions {
        var manager = ClusterState.controllerManager
        var subresource: String?
        var isDryRun = false
        var isApply = false
        /// Managed fields that a server-side apply has worked out; nil = track this as an update.
        var managedFields: Value?
        /// `unknown field` and `duplicate field` texts for the Warning headers.
        var warnings: [String] = []
        var fieldValidation = "Ignore"
        var duplicates: [String] = []
    }

    // MARK: Requests

    mutating func create(_ call: APICall) throws(APIStatus) -> APIResponse {
        if call.subresource == "eviction" { return try evict(call) }
        if call.subresource == "binding" { return try bind(call) }
        if call.subresource == "token" { return try issueToken(call) }
        if call.resource.isNamespaced, call.namespace.isEmpty { throw .methodNotAllowed }
        let body = try RequestBody(call)
        var object = body.value
        try adopt(&object, call)
        try checkEscalation(object, call)
        var options = options(call)
        options.duplicates = body.duplicates
        let stored = try create(object, call.resource, &options)
        return present(stored, call, status: 201, headers: Self.warningHeaders(options.warnings))
    }

    mutating func update(_ call: APICall) throws(APIStatus) -> APIResponse {
        if call.subresource == "scale" { return try updateScale(call, RequestBody(call).value) }
        let body = try RequestBody(call)
        var object = body.value
        try adopt(&object, call)
        if call.subresource == "finalize" { return try finalizeNamespace(call, object) }
        guard let old = self.object(call.resource, namespace: call.namespace, name: call.name) else {
            throw .notFound(call.resource, call.name)
        }
        try checkLock(object, old, call, isUpdate: true)
        try checkEscalation(object, call)
        var options = options(call)
        options.duplicates = body.duplicates
        let stored = try replace(old, with: object, call.resource, &options)
        return present(stored, call, headers: Self.warningHeaders(options.warnings))
    }

    func options(_ call: APICall) -> WriteOptions {
        WriteOptions(
            manager: call.manager, subresource: call.subresource, isDryRun: call.isDryRun,
            fieldValidation: call.fieldValidation)
    }

    static func warningHeaders(_ warnings: [String]) -> [APIResponse.Header] {
        warnings.map { warning in
            let escaped = JSONWriter.text(.string(warning))
            return APIResponse.Header("Warning", "299 - \(escaped)")
        }
    }

    /// Fills in kind, version and namespace from the URL and refuses a body that contradicts it.
    func adopt(_ object: inout Value, _ call: APICall) throws(APIStatus) {
        let resource = call.resource
        if object.kind.isEmpty { object["kind"] = .string(resource.kind) }
        if object.apiVersion.isEmpty { object["apiVersion"] = .string(resource.apiVersion) }
        if object.kind != resource.kind || object.groupVersionKind.group != resource.group {
            let version = object.groupVersionKind.version
            if resource.isCustom {
                throw .badRequest(
                    "\(object.kind) in version \"\(version)\" cannot be handled as a \(resource.kind): "
                        + "unknown conversion")
            }
            throw .badRequest(
                "\(object.kind) in version \"\(version)\" cannot be handled as a \(resource.kind): converting "
                    + "(\(version).\(object.kind)) to (\(resource.goPackage).\(resource.kind)): unknown conversion")
        }
        if object.groupVersionKind.version != resource.version {
            throw .badRequest(
                "the API version in the data (\(object.apiVersion)) does not match the expected API version "
                    + "(\(resource.apiVersion))")
        }
        if resource.isNamespaced {
            if object.objectNamespace.isEmpty {
                object[at: "metadata", "namespace"] = .string(call.namespace)
            } else if object.objectNamespace != call.namespace {
                throw .badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request")
            }
        } else if object.metadata["namespace"] != nil {
            object[at: "metadata", "namespace"] = nil
        }
        if let name = call.target.name {
            if object.objectName.isEmpty { object[at: "metadata", "name"] = .string(name) }
            if object.objectName != name {
                throw .badRequest(
                    "the name of the object (\(object.objectName)) does not match the name on the URL (\(name))")
            }
        }
    }

    /// The optimistic lock and the uid precondition of an update or a patch.
    func checkLock(_ object: Value, _ old: Value, _ call: APICall, isUpdate: Bool) throws(APIStatus) {
        let resource = call.resource
        if object.resourceVersion.isEmpty, resource.isCustom, isUpdate {
            throw .invalid(
                kind: resource.plural, group: resource.group, call.name,
                [.invalid("metadata.resourceVersion", "0x0", "must be specified for an update")])
        }
        if !object.resourceVersion.isEmpty, object.resourceVersion != old.resourceVersion {
            throw .modified(resource, call.name)
        }
        if !object.uid.isEmpty, object.uid != old.uid {
            let path = ([resource.plural] + (call.namespace.isEmpty ? [] : [call.namespace]) + [call.name])
                .joined(separator: "/")
            throw .conflict(
                resource, call.name,
                "StorageError: invalid object, Code: 4, Key: /registry/\(path), ResourceVersion: 0, "
                    + "AdditionalErrorMsg: Precondition failed: UID in precondition: \(object.uid), UID in object "
                    + "meta: \(old.uid)")
        }
    }

    // MARK: Rules

    /// Creates an object: admission, defaults, validation, storage.
    mutating func create(
        _ body: Value, _ resource: ResourceDefinition, _ options: inout WriteOptions
    ) throws(APIStatus) -> Value {
        var object = body
        try checkFields(&object, resource, &options)
        Defaults.dropEmptyMetadata(&object)
        guard object.resourceVersion.isEmpty else {
            throw APIStatus(500, "", "resourceVersion should not be set on objects to be created")
        }
        let name = object.objectName
        if name.isEmpty, let prefix = object.metadata["generateName"]?.stringValue, !prefix.isEmpty {
            object[at: "metadata", "name"] = .string(String(prefix.prefix(58)) + entropy.suffix())
        }
        if resource.isNamespaced { try checkNamespace(of: object, resource) }
        try refuseByFaults(object, resource)
        for key in ["uid", "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds", "managedFields"] {
            object[at: "metadata", key] = nil
        }
        object[at: "metadata", "creationTimestamp"] = .string(now.seconds)
        object[at: "metadata", "uid"] = .string(entropy.uid())
        object[at: "metadata", "generation"] = resource.hasGeneration || resource.isCustom ? 1 : nil
        if resource.isCustom {
            if resource.hasStatus { object["status"] = nil }
        } else if resource.hasStatus {
            object["status"] = Defaults.initialStatus(resource, object)
        }
        try applyDefaults(&object, resource, old: nil)
        // The field manager sees the decoded body with its defaults, before admission and allocation add theirs.
        let managedFields =
            options.managedFields
            ?? ManagedFields.afterUpdate(
                from: nil, to: object, manager: options.manager, subresource: nil, resource: resource, at: now)
        try admitCreate(&object, resource)
        try mutate(&object, old: nil, resource, &options)
        let violations = Validation.create(object, resource, profile: profile)
        guard violations.isEmpty else { throw .invalid(resource, object.objectName, violations) }
        try judge(object, old: nil, resource, &options)
        guard self.object(resource, namespace: object.objectNamespace, name: object.objectName) == nil else {
            throw .alreadyExists(resource, object.objectName)
        }
        guard store(of: resource).count < settings.maximumObjectsPerResource else {
            throw APIStatus(
                429, "TooManyRequests",
                "the limit of \(settings.maximumObjectsPerResource) \(resource.qualifiedPlural) is reached")
        }
        object[at: "metadata", "managedFields"] = managedFields
        if options.isDryRun { return object }
        if resource.group == "apiextensions.k8s.io" {
            newDefinitions[object.objectName] = now.advanced(byMilliseconds: settings.establishMilliseconds)
        }
        return put(object, resource)
    }

    /// Replaces an object: immutable parts from the old one, defaults, validation, storage.
    mutating func replace(
        _ old: Value, with body: Value, _ resource: ResourceDefinition, _ options: inout WriteOptions
    ) throws(APIStatus) -> Value {
        var object = body
        try checkFields(&object, resource, &options)
        Defaults.dropEmptyMetadata(&object)
        carryOver(from: old, to: &object, resource, options)
        try applyDefaults(&object, resource, old: old)
        let managedFields =
            options.managedFields
            ?? ManagedFields.afterUpdate(
                from: old, to: object, manager: options.manager, subresource: options.subresource,
                resource: resource, at: now)
        if options.subresource == nil {
            try refuseByFaults(object, old: old, resource)
            try admitUpdate(&object, old, resource)
            try mutate(&object, old: old, resource, &options)
        }
        let violations = Validation.update(
            object, old, resource, profile: profile, subresource: options.subresource)
        guard violations.isEmpty else { throw .invalid(resource, object.objectName, violations) }
        if options.subresource == nil {
            try checkGrowth(object, old, resource)
            try judge(object, old: old, resource, &options)
        }
        if Self.specChanged(old, object, resource) {
            object[at: "metadata", "generation"] = .int((old.metadata["generation"]?.intValue ?? 0) + 1)
        }
        object[at: "metadata", "managedFields"] = managedFields
        if object == old { return old }
        if object.isBeingDeleted, Self.hasNothingLeft(object, resource) {
            if !options.isDryRun { take(object, resource) }
            return object
        }
        return options.isDryRun ? object : put(object, resource)
    }

    private mutating func mutate(
        _ object: inout Value, old: Value?, _ resource: ResourceDefinition, _ options: inout WriteOptions
    ) throws(APIStatus) {
        guard webhookCaller != nil else { return }
        var question = Self.question(object, old: old, resource, options)
        options.warnings += try askWebhooks(.mutating, &question)
        guard let changed = question.object, changed != object else { return }
        object = changed
        try applyDefaults(&object, resource, old: old)
    }

    private mutating func judge(
        _ object: Value, old: Value?, _ resource: ResourceDefinition, _ options: inout WriteOptions
    ) throws(APIStatus) {
        guard webhookCaller != nil else { return }
        var question = Self.question(object, old: old, resource, options)
        options.warnings += try askWebhooks(.validating, &question)
    }

    private static func question(
        _ object: Value, old: Value?, _ resource: ResourceDefinition, _ options: WriteOptions
    ) -> WebhookQuestion {
        WebhookQuestion(
            resource: resource, operation: old == nil ? "CREATE" : "UPDATE", object: object, old: old,
            isDryRun: options.isDryRun)
    }

    /// What a writer cannot change: identity, times, and the half of the object the subresource rule protects.
    private func carryOver(
        from old: Value, to object: inout Value, _ resource: ResourceDefinition, _ options: WriteOptions
    ) {
        let fixed = [
            "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "selfLink",
            "resourceVersion", "generateName", "namespace",
        ]
        if options.subresource == "ephemeralcontainers" {
            var kept = old
            kept[at: "spec", "ephemeralContainers"] = object[at: "spec", "ephemeralContainers"]
            object = kept
            return
        }
        if options.subresource == "status" || options.subresource == "approval" {
            var kept = old
            kept["status"] = object["status"]
            if options.subresource == "approval" { dateConditions(&kept) }
            // Built-in status updates may also change labels, annotations and finalizers of the old kinds; kubelet
            // and kapp-controller do not, so only status passes.
            object = kept
            return
        }
        for key in fixed { object[at: "metadata", key] = old.metadata[key] }
        // What was asked to be signed stays what was decided about.
        if resource.group == "certificates.k8s.io" { object["spec"] = old["spec"] }
        if resource.hasStatus { object["status"] = old["status"] }
    }

    /// A decision about a certificate request has times, whether or not the one who made it wrote them.
    private func dateConditions(_ object: inout Value) {
        guard var conditions = object[at: "status", "conditions"]?.arrayValue else { return }
        for index in conditions.indices {
            for key in ["lastUpdateTime", "lastTransitionTime"] where conditions[index][key]?.stringValue == nil {
                conditions[index][key] = .string(now.seconds)
            }
        }
        object[at: "status", "conditions"] = .array(conditions)
    }

    static func specChanged(_ old: Value, _ new: Value, _ resource: ResourceDefinition) -> Bool {
        guard resource.hasGeneration || resource.isCustom else { return false }
        var keys = Set((old.objectValue ?? [:]).keys).union((new.objectValue ?? [:]).keys)
        keys.subtract(["metadata", "apiVersion", "kind"])
        if resource.hasStatus { keys.remove("status") }
        return keys.contains { old[$0] != new[$0] }
    }

    static func hasNothingLeft(_ object: Value, _ resource: ResourceDefinition) -> Bool {
        let finalizers = object.metadata["finalizers"]?.arrayValue ?? []
        guard finalizers.isEmpty else { return false }
        if resource.group.isEmpty, resource.plural == "namespaces" {
            return (object[at: "spec", "finalizers"]?.arrayValue ?? []).isEmpty
        }
        return (object.metadata["deletionGracePeriodSeconds"]?.intValue ?? 0) == 0
    }

    private func checkNamespace(of object: Value, _ resource: ResourceDefinition) throws(APIStatus) {
        let namespaces = self.resource("Namespace")
        guard let namespace = self.object(namespaces, namespace: "", name: object.objectNamespace) else {
            throw .notFound(namespaces, object.objectNamespace)
        }
        guard namespace.isBeingDeleted else { return }
        // Events are still recorded while a namespace goes down only as long as they are not new content.
        var refusal = APIStatus.forbidden(
            resource, object.objectName,
            "unable to create new content in namespace \(object.objectNamespace) because it is being terminated")
        refusal.details?["causes"] = [
            [
                "reason": "NamespaceTerminating",
                "message": .string("namespace \(object.objectNamespace) is being terminated"),
                "field": "metadata.namespace",
            ]
        ]
        throw refusal
    }

    /// Field validation: unknown and duplicate fields are refused, warned about or dropped.
    private func checkFields(
        _ object: inout Value, _ resource: ResourceDefinition, _ options: inout WriteOptions
    ) throws(APIStatus) {
        var checked = try FieldCheck.check(&object, resource)
        if profile == .kubernetes125 { checked += Self.dropConditions(&object, resource) }
        let found =
            checked.map { "unknown field \"\($0)\"" } + options.duplicates.map { "duplicate field \"\($0)\"" }
        guard !found.isEmpty else { return }
        switch options.fieldValidation {
        case "Strict":
            throw .badRequest(
                "\(resource.kind) in version \"\(resource.version)\" cannot be handled as a \(resource.kind): "
                    + "strict decoding error: \(found.joined(separator: ", "))")
        case "Warn": options.warnings += found
        default: break
        }
    }

    private mutating func applyDefaults(
        _ object: inout Value, _ resource: ResourceDefinition, old: Value?
    ) throws(APIStatus) {
        if resource.isCustom {
            CustomResourceRules.applyDefaults(&object, resource)
            return
        }
        do {
            try Defaults.apply(&object, resource, old: old, profile: profile)
        } catch {
            throw .badRequest(
                "\(resource.kind) in version \"\(resource.version)\" cannot be handled as a \(resource.kind): "
                    + error.message)
        }
    }
}

extension ResourceDefinition {
    /// The Go package of the internal type, as conversion errors name it.
    var goPackage: String {
        switch group {
        case "": "core"
        case "rbac.authorization.k8s.io": "rbac"
        case "apiextensions.k8s.io": "apiextensions"
        case "networking.k8s.io": "networking"
        case "storage.k8s.io": "storage"
        default: group.split(separator: ".").first.map(String.init) ?? group
        }
    }
}

package import ResourceModel

/// Rendered documents made ready for a deploy: lists unfolded, namespaces settled, configuration taken out, checked.
package struct ManifestSet: Hashable, Sendable {
    /// More than any Supervisor Service has; bounds the change graph.
    package static let maximumObjects = 2000

    /// In the order of the documents.
    package var objects: [Value]
    package var config: KappConfig
    /// What the package's deploy step asks for.
    package var deploy: DeployOptions

    package init(objects: [Value], config: KappConfig = .standard, deploy: DeployOptions = DeployOptions()) {
        self.objects = objects
        self.config = config
        self.deploy = deploy
    }

    /// Prepares documents as kapp does.
    ///
    /// `isNamespaced` tells a kind's scope on the server, nil when it has no such kind; definitions among the
    /// documents are asked first.
    package init(
        documents: [Value], defaultNamespace: String, deploy: DeployOptions = DeployOptions(),
        isNamespaced: (GroupVersionKind) -> Bool?
    ) throws(KappError) {
        var config = KappConfig.standard
        var objects: [Value] = []
        var problems: [String] = []
        for (position, document) in documents.enumerated() where !document.isNull {
            if KappConfig.isConfig(document) {
                config = try config.adding(document)
                continue
            }
            let isList = document.kind.hasSuffix("List") && document["items"]?.arrayValue != nil
            for object in isList ? document["items"]?.arrayValue ?? [] : [document] {
                problems += Self.problems(of: object, origin: "stdin doc \(position + 1)")
                objects.append(object)
            }
        }
        guard problems.isEmpty else {
            throw KappError("Validation errors:\n" + problems.map { "- \($0)" }.joined(separator: "\n"))
        }
        guard !objects.isEmpty || deploy.allowsEmpty else { throw .emptySet }
        guard objects.count <= Self.maximumObjects else {
            throw KappError("\(objects.count) resources are more than the \(Self.maximumObjects) this agent applies")
        }
        let scopes = Self.scopes(of: objects)
        for position in objects.indices {
            let kind = objects[position].groupVersionKind
            guard let namespaced = scopes[kind] ?? isNamespaced(kind) else { throw Self.unknown(kind) }
            if !namespaced {
                objects[position].remove(at: ["metadata", "namespace"])
                continue
            }
            let written = objects[position].objectNamespace
            let namespace = try Self.namespace(written.isEmpty ? defaultNamespace : written, deploy)
            if namespace != written { objects[position][at: "metadata", "namespace"] = .string(namespace) }
        }
        self.objects = try Self.unique(objects)
        self.config = config
        self.deploy = deploy
    }

    /// Where kapp's `--into-ns` and `--map-ns` put an object of a namespace.
    private static func namespace(_ namespace: String, _ deploy: DeployOptions) throws(KappError) -> String {
        let namespace = deploy.intoNamespace ?? namespace
        if deploy.mappedNamespaces.isEmpty { return namespace }
        guard let mapped = deploy.mappedNamespaces[namespace] else {
            throw KappError("Expected to find mapped namespace for '\(namespace)'")
        }
        return mapped
    }

    private static func problems(of object: Value, origin: String) -> [String] {
        var problems: [String] = []
        func expect(_ field: String, _ text: String) {
            if text.isEmpty {
                problems.append(
                    "Expected '\(field)' on resource '\(object.kappDescription)' to be non-empty (\(origin))")
            }
        }
        expect("kind", object.kind)
        expect("apiVersion", object.apiVersion)
        expect("metadata.name", object.objectName)
        return problems
    }

    private static func scopes(of objects: [Value]) -> [GroupVersionKind: Bool] {
        var scopes: [GroupVersionKind: Bool] = [:]
        for object in objects where object.isDefinition {
            let group = object[at: "spec", "group"]?.stringValue ?? ""
            let kind = object[at: "spec", "names", "kind"]?.stringValue ?? ""
            let namespaced = object[at: "spec", "scope"]?.stringValue == "Namespaced"
            var versions = (object[at: "spec", "versions"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
            if let single = object[at: "spec", "version"]?.stringValue { versions.append(single) }
            for version in versions {
                scopes[GroupVersionKind(group: group, version: version, kind: kind)] = namespaced
            }
        }
        return scopes
    }

    private static func unknown(_ kind: GroupVersionKind) -> KappError {
        KappError(
            """
            Expected to find kind '\(kind.apiVersion)/\(kind.kind)', but did not:
            - Kubernetes API server did not have matching apiVersion + kind
            - No matching CRD was found in given configuration
            """)
    }

    private static func unique(_ objects: [Value]) throws(KappError) -> [Value] {
        var seen: [ObjectIdentity: Value] = [:]
        var result: [Value] = []
        for object in objects {
            if let earlier = seen[object.identity] {
                guard earlier == object else {
                    throw KappError(
                        "Found resource '\(object.kappDescription)' multiple times with different content")
                }
                continue
            }
            seen[object.identity] = object
            result.append(object)
        }
        return result
    }
}

extension Value {
    var isDefinition: Bool {
        kind == "CustomResourceDefinition" && groupVersionKind.group == "apiextensions.k8s.io"
    }
}

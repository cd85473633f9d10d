/// The names under which the API server publishes Go's types, such as `io.k8s.api.apps.v1.DeploymentSpec`.
enum OpenAPINames {
    private static let meta: Set<String> = [
        "ObjectMeta", "LabelSelector", "LabelSelectorRequirement", "OwnerReference", "Condition", "Status",
        "StatusDetails", "StatusCause", "ListMeta", "DeleteOptions", "Preconditions",
    ]

    static func package(group: String, version: String) -> String {
        switch group {
        case "apiextensions.k8s.io": "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.\(version)"
        case "apiregistration.k8s.io": "io.k8s.kube-aggregator.pkg.apis.apiregistration.\(version)"
        case "": "io.k8s.api.core.\(version)"
        default: "io.k8s.api.\(group.prefix { $0 != "." }).\(version)"
        }
    }

    static func name(of resource: ResourceDefinition) -> String {
        guard resource.isCustom else {
            return package(group: resource.group, version: resource.version) + ".\(resource.kind)"
        }
        let reversed = resource.group.split(separator: ".").reversed().joined(separator: ".")
        return "\(reversed).\(resource.version).\(resource.kind)"
    }

    static func name(of structure: String) -> String {
        if meta.contains(structure) { return "io.k8s.apimachinery.pkg.apis.meta.v1.\(structure)" }
        return (homes[structure] ?? "io.k8s.api.core.v1") + ".\(structure)"
    }

    /// The package of each type below a kind: that of the first kind that has it, core kinds before all others.
    private static let homes: [String: String] = {
        var homes: [String: String] = [:]
        let resources = ResourceDefinition.builtin(.kubernetes132)
        for resource in resources.filter(\.group.isEmpty) + resources.filter({ !$0.group.isEmpty }) {
            let home = package(group: resource.group, version: resource.version)
            var open = [resource.kind]
            while let name = open.popLast() {
                guard homes[name] == nil, !meta.contains(name), let fields = KindFields.rows[name] else { continue }
                homes[name] = home
                for type in fields.values { if let next = type.structureName { open.append(next) } }
            }
        }
        return homes
    }()
}

extension KindFields.FieldType {
    /// The type of Go a field holds, alone or in a list or map.
    var structureName: String? {
        switch self {
        case .structure(let name): name
        case .list(let element), .map(let element): element.structureName
        default: nil
        }
    }
}

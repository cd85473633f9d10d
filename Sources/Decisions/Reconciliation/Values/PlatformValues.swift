package import ResourceModel

/// Values that the platform gives to a package, not the user: the service namespace and the well-known Supervisor
/// properties (VMware's "environment-aware" packages).
package enum PlatformValues {
    /// Injected when the package's schema declares them at the top level; the names are case-sensitive.
    package static let wellKnown: Set<String> = [
        "apiServerDNSNames", "capabilities", "controlPlaneCount", "controlPlaneResources", "cpVMSize",
        "namespacesCLIPluginVersion", "networkProvider", "podVMSupported", "ssoDomain", "stretchedSupervisor",
        "supervisorUUID", "vCenterTrustBundle", "vCenterUUID", "vcPNID", "vcPort", "vcPublicKeys", "virtualIP",
    ]

    /// The user's values with what the platform adds: it wins over the user, and names the schema does not declare are
    /// left out. `schema` is the package's `valuesSchema.openAPIv3`, `.null` when it has none: then only `namespace`
    /// is given, as vCenter always passes it.
    package static func injected(
        into values: Value, schema: Value, namespace: String, properties: [String: Value]
    ) -> Value {
        var result = ValuesMerge.withoutNulls(values.isNull ? .object([:]) : values)
        let declared = schema["properties"]?.objectValue
        if declared == nil || declared?["namespace"] != nil { result["namespace"] = .string(namespace) }
        for (name, value) in properties where wellKnown.contains(name) && declared?[name] != nil && !value.isNull {
            result[name] = value
        }
        return result
    }

    /// The well-known names this package asks for: a change of one of them is a reason to reconcile.
    package static func wanted(schema: Value) -> Set<String> {
        wellKnown.intersection((schema["properties"]?.objectValue ?? [:]).keys)
    }

    /// The complete values a package works with: the schema's defaults under the given ones.
    package static func effective(values: Value, schema: Value) -> Value {
        ValuesMerge.merged([defaults(of: schema) ?? .object([:]), values])
    }

    private static func defaults(of schema: Value, depth: Int = 0) -> Value? {
        guard depth < ValuePath.maximumDepth else { return Optional.none }
        if let properties = schema["properties"]?.objectValue {
            var fields = schema["default"]?.objectValue ?? [:]
            for (name, child) in properties {
                if let value = defaults(of: child, depth: depth + 1) { fields[name] = value }
            }
            return .object(fields)
        }
        return schema["default"]
    }
}

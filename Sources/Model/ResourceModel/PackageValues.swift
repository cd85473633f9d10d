package import FleetModel

extension PackageDocument {
    /// Why `values` cannot be given to a package of an older format; nil when they can. Carvel packages have a schema.
    ///
    /// vSphere 7 passes a flat list of key=value pairs, plain manifests take nothing.
    package func refusal(of values: Value) -> FleetError? {
        let entries = values.objectValue ?? [:]
        switch format {
        case .carvel: return nil
        case .custom:
            guard let first = entries.keys.sorted().first else { return nil }
            return FleetError(
                .invalidArgument, "\(refName) \(versionText) takes no values, found \(first)",
                reason: "a service of plain manifests (CUSTOM_YAML) is applied as it is",
                next: "run the command again without values")
        case .vSphere:
            for (key, value) in entries.sorted(by: { $0.key < $1.key }) {
                switch value {
                case .object, .array:
                    return FleetError(
                        .invalidArgument, "the value \(key) of \(refName) \(versionText) is not a text",
                        reason: "a service of the vSphere 7 format takes key=value pairs, no nested values",
                        next: "flotilla reconfigure … --set \(key)=TEXT")
                case .null, .bool, .int, .double, .string: continue
                }
            }
            return nil
        }
    }
}

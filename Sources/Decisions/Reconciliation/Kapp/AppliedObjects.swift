package import ResourceModel

/// How many declared objects the live ones of an app stand for.
package enum AppliedObjects {
    private struct Name: Hashable {
        var kind: GroupKind
        var namespace: String
        var base: String
    }

    /// Objects that controllers made (pods, claims of claim templates) stand for none, and all kept versions of a
    /// versioned object (`harbor-core-ver-1` … `-ver-5`) for one.
    package static func count(_ live: [Value]) -> Int {
        var names: Set<Name> = []
        for object in live where !ResourceLabeler.isTransient(object) {
            let isVersioned = object.hasAnnotation(KappKey.versioned)
            let base = isVersioned ? VersionedResources.split(object.objectName).base : object.objectName
            names.insert(Name(kind: object.groupKind, namespace: object.objectNamespace, base: base))
        }
        return names.count
    }
}

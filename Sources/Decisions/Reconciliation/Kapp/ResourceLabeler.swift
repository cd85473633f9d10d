package import ResourceModel

/// Puts kapp's ownership labels on declared objects, and its identity on what is sent.
///
/// The order is kapp's: labels before names are versioned (the association is of the base name), identity last.
package struct ResourceLabeler: Hashable, Sendable {
    package var labelValue: String
    package var config: KappConfig

    package init(labelValue: String, config: KappConfig = .standard) {
        self.labelValue = labelValue
        self.config = config
    }

    /// The declared object with ownership labels, association and scoped selectors.
    package func labelled(_ object: Value) -> Value {
        var result = object
        let labels: [(String, Value)] = [
            (KappKey.app, .string(labelValue)),
            (KappKey.association, .string(Self.association(of: object))),
        ]
        for rule in config.ownershipLabelRules where rule.matchers.anyMatches(object) {
            for place in result.expansions(of: rule.path) where Self.parentExists(result, place) {
                result.update(at: place, make: true) { current in
                    for (key, value) in labels {
                        if current == nil { current = .object([:]) }
                        current?[key] = value
                    }
                }
            }
        }
        for rule in config.labelScopingRules where rule.matchers.anyMatches(object) {
            // A selector that is absent or null selects differently from an empty one: leave it alone.
            result.update(at: rule.path) { current in
                if current?.objectValue != nil { current?[KappKey.app] = .string(labelValue) }
            }
        }
        return result
    }

    /// `v1.<md5 of ns/group/Kind/name>`.
    package static func association(of object: Value) -> String {
        "v1." + FormatDigest.hex(FormatDigest.md5(Array(object.kappKey.utf8)))
    }

    /// `v1;<ns>/<group>/<Kind>/<name>;<apiVersion>`.
    package static func identity(of object: Value) -> String { "v1;\(object.kappKey);\(object.apiVersion)" }

    /// What is sent: with the identity annotation that says "made by kapp, not by a controller copying labels".
    package static func identified(_ object: Value) -> Value {
        var result = object
        result.update(at: ["metadata", "annotations", KappKey.identity], make: true) {
            $0 = .string(identity(of: object))
        }
        return result
    }

    /// True for an object with the app's label that a controller made (its identity is missing or another's).
    /// The API version is not compared: an object may be read in a newer one.
    package static func isTransient(_ live: Value) -> Bool {
        guard let text = live.objectAnnotations[KappKey.identity] else { return true }
        let parts = text.split(separator: ";", omittingEmptySubsequences: false)
        return !(parts.count == 3 && parts[0] == "v1" && parts[1] == live.kappKey)
    }

    /// A live object as it is compared: without the identity annotation and the server's bookkeeping.
    package static func unidentified(_ live: Value) -> Value {
        var result = live
        result.remove(at: ["metadata", "annotations", KappKey.identity])
        if result.metadata["annotations"]?.objectValue?.isEmpty == true {
            result.remove(at: ["metadata", "annotations"])
        }
        return result
    }

    /// Labels are only added below a parent that is there (a Job's template, a claim template's metadata).
    private static func parentExists(_ object: Value, _ place: FieldPath) -> Bool {
        guard place.steps.count > 2 else { return true }
        return !object.values(at: FieldPath(Array(place.steps.dropLast(2)))).isEmpty
    }
}

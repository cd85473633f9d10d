package import ResourceModel

/// The rules kapp works by: its own (`standard`) and those a package adds in `kapp.k14s.io/v1alpha1 Config` documents.
package struct KappConfig: Hashable, Sendable {
    /// How the desired object is laid over the live one before they are compared and sent.
    package struct RebaseRule: Hashable, Sendable {
        package enum Source: String, Hashable, Sendable { case new, existing }
        package enum Action: Hashable, Sendable {
            /// Takes the field from the first source that has it.
            case copy([Source])
            case remove
            /// Keeps the token and docker configuration secrets that controllers add to a ServiceAccount.
            case serviceAccountSecrets
        }

        package var paths: [FieldPath]
        package var action: Action
        package var matchers: [ResourceMatcher]
    }

    /// A field that matters to no comparison of one sort.
    package struct FieldRule: Hashable, Sendable {
        package var path: FieldPath
        package var matchers: [ResourceMatcher]
    }

    /// Where names of versioned objects stand in other objects.
    package struct TemplateRule: Hashable, Sendable {
        package struct Reference: Hashable, Sendable {
            package var path: FieldPath
            package var matchers: [ResourceMatcher]
            package var nameKey: String
        }

        package var matchers: [ResourceMatcher]
        package var references: [Reference]
    }

    package struct ChangeGroupBinding: Hashable, Sendable {
        package var name: String
        package var matchers: [ResourceMatcher]
    }

    package struct ChangeRuleBinding: Hashable, Sendable {
        package var rules: [String]
        package var ignoreIfCyclical: Bool
        package var matchers: [ResourceMatcher]
    }

    /// How a package tells when its own kinds are done.
    package struct WaitRule: Hashable, Sendable {
        package struct Condition: Hashable, Sendable {
            package var type: String
            package var status: String
            package var failure: Bool
            package var success: Bool
            /// What waits for this object may go on although it is not done.
            package var unblockChanges: Bool
            package var supportsObservedGeneration: Bool
        }

        package var supportsObservedGeneration: Bool
        package var conditions: [Condition]
        package var matchers: [ResourceMatcher]
    }

    package var rebaseRules: [RebaseRule] = []
    package var lastAppliedExclusions: [FieldRule] = []
    package var existingExclusions: [FieldRule] = []
    package var maskRules: [FieldRule] = []
    package var ownershipLabelRules: [FieldRule] = []
    package var labelScopingRules: [FieldRule] = []
    package var templateRules: [TemplateRule] = []
    package var changeGroupBindings: [ChangeGroupBinding] = []
    package var changeRuleBindings: [ChangeRuleBinding] = []
    package var waitRules: [WaitRule] = []

    package static func isConfig(_ document: Value) -> Bool {
        document.apiVersion == "kapp.k14s.io/v1alpha1" && document.kind == "Config"
    }
}

extension [ResourceMatcher] {
    package func anyMatches(_ object: Value) -> Bool { contains { $0.matches(object) } }
}

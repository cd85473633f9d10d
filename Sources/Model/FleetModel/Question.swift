/// A question to an agent that changes nothing; not journalled, answered within a deadline.
package enum AgentQuestion: Hashable, Codable, Sendable {
    /// What would this selection do? Server dry run; resource diff.
    case plan(ServiceID, PackageSelection)
    /// What would uninstalling do: the inventory of data.
    case inventory(ServiceID)
    /// Why is it red: live facts around the last error.
    case why(ServiceID)
    /// How live objects differ from what was applied.
    case drift(ServiceID)
}

/// The agent's answer to the question of the same kind.
package enum AgentAnswer: Hashable, Codable, Sendable {
    case plan(ResourcePlan)
    case inventory(DataInventory)
    case why(Diagnosis)
    case drift([DriftItem])
    case failed(FleetError)
}

/// What applying a selection would do on one Supervisor.
package struct ResourcePlan: Hashable, Codable, Sendable {
    /// Worst consequence first.
    package enum Consequence: String, Codable, Sendable, CaseIterable {
        case noOp = "no-op"
        case inPlace = "in-place"
        case rolling
        /// Cannot be undone: a volume that grew, data deleted.
        case oneWay = "one-way"
        /// The API server refuses it.
        case impossible
    }

    package struct Change: Hashable, Codable, Sendable {
        /// kapp's op: create, update, delete, noop, exists.
        package var operation: String
        /// `statefulset/harbor-database (apps/v1) namespace: svc-harbor-domain-c8`.
        package var resource: String
        package var consequence: Consequence
        /// Unified-diff-like lines of the manifest.
        package var diff: [String]
        /// Server's words when impossible, or why it is one-way.
        package var message: String

        package init(
            operation: String, resource: String, consequence: Consequence, diff: [String] = [], message: String = ""
        ) {
            self.operation = operation
            self.resource = resource
            self.consequence = consequence
            self.diff = diff
            self.message = message
        }
    }

    package var consequence: Consequence
    package var changes: [Change]
    /// Data that would be deleted or orphaned; refused without consent.
    package var dataLoss: [DataInventory.Claim]
    /// Digest of the rendered manifests.
    package var manifests: ContentDigest
    package var warnings: [String]
    /// Digest of the resourceVersions of what is live and would be changed; nil from an agent that does not tell.
    package var live: ContentDigest?

    package init(
        consequence: Consequence, changes: [Change], dataLoss: [DataInventory.Claim] = [], manifests: ContentDigest,
        warnings: [String] = [], live: ContentDigest? = nil
    ) {
        self.consequence = consequence
        self.changes = changes
        self.dataLoss = dataLoss
        self.manifests = manifests
        self.warnings = warnings
        self.live = live
    }
}

extension ResourcePlan {
    /// The warning of a change that takes back what somebody edited by hand.
    package static func outsideEdit(of resource: String) -> String {
        "\(resource) was edited outside of the package; this pushes the edit back"
    }

    /// Edits by hand that the API server does not let be taken back, as of a volume that was grown: declaring them
    /// (`drift adopt`) comes first.
    package var refusedEdits: [Change] {
        changes.filter { $0.consequence == .impossible && warnings.contains(Self.outsideEdit(of: $0.resource)) }
    }
}

/// What holds data in a service.
package struct DataInventory: Hashable, Codable, Sendable {
    package struct Claim: Hashable, Codable, Sendable {
        package var name: String
        package var namespace: String
        /// A Kubernetes quantity, `60Gi`.
        package var size: String
        package var storageClass: String
        /// `claim` (declared) or `claim template` (made by a StatefulSet).
        package var origin: String
        /// Reclaim policy of its volume: `Delete` or `Retain`.
        package var reclaimPolicy: String

        package init(
            name: String, namespace: String, size: String, storageClass: String, origin: String, reclaimPolicy: String
        ) {
            self.name = name
            self.namespace = namespace
            self.size = size
            self.storageClass = storageClass
            self.origin = origin
            self.reclaimPolicy = reclaimPolicy
        }
    }

    package var claims: [Claim]
    /// Sum of the sizes as a quantity, `69Gi`.
    package var total: String
    package init(claims: [Claim], total: String) {
        self.claims = claims
        self.total = total
    }
}

/// Why an install is as it is.
package struct Diagnosis: Hashable, Codable, Sendable {
    package var state: ConfigStatus
    /// `ReconcileFailed`.
    package var reason: String
    /// The cluster's own words, verbatim.
    package var message: String
    package var since: Timestamp
    /// Findings, most likely first.
    package var causes: [Cause]

    package struct Cause: Hashable, Codable, Sendable {
        /// `the live volume (100Gi) is larger than the declared one (60Gi); a volume cannot shrink`.
        package var text: String
        /// The command to type.
        package var next: String
        /// What `next` does: `declares 100Gi, nothing is reinstalled`.
        package var effect: String
        package init(text: String, next: String, effect: String = "") {
            self.text = text
            self.next = next
            self.effect = effect
        }
    }

    package init(state: ConfigStatus, reason: String, message: String, since: Timestamp, causes: [Cause]) {
        self.state = state
        self.reason = reason
        self.message = message
        self.since = since
        self.causes = causes
    }
}

/// One field of one live object that differs from what was applied.
package struct DriftItem: Hashable, Codable, Sendable {
    package var resource: String
    /// `spec.resources.requests.storage`.
    package var field: String
    package var declared: String
    package var live: String
    /// The value path that would declare the live state (`persistence.…registry.size`), when one was found by
    /// rendering with it; nil when no value leads to the field.
    package var valuePath: String?
    /// Who changed it last, from managedFields: `kubectl-edit`.
    package var manager: String?

    package init(
        resource: String, field: String, declared: String, live: String, valuePath: String? = nil,
        manager: String? = nil
    ) {
        self.resource = resource
        self.field = field
        self.declared = declared
        self.live = live
        self.valuePath = valuePath
        self.manager = manager
    }
}

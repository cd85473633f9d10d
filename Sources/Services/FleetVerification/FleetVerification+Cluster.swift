package import AgentService
internal import FleetControl
package import FleetModel
package import KubernetesClient
internal import Reconciliation
internal import ResourceModel

/// What is on a cluster against what its agent applied.
extension FleetVerification {
    /// The label kapp puts on every object it owns (carvel-semantics.md §3).
    private static let ownerLabel = "kapp.k14s.io/app"

    package mutating func cluster(
        _ supervisor: SupervisorID, _ view: AgentJournalView, _ client: KubernetesClient
    ) async {
        var seen = 0
        var labels: Set<String> = []
        var namespaces: Set<String> = []
        for install in view.installs {
            guard let applied = install.applied else { continue }
            labels.insert(applied.label)
            namespaces.insert(applied.namespace)
            let key = InstallKey(service: install.service, supervisor: supervisor)
            var live: [Value] = []
            do throws(KubernetesError) {
                for kind in applied.kinds {
                    guard let resource = try await client.preferredResource(group: kind[0], kind: kind[1]) else {
                        continue
                    }
                    let list = try await client.list(
                        resource.groupVersionKind,
                        options: ListOptions(labelSelector: "\(Self.ownerLabel)=\(applied.label)"))
                    let own = list.items.filter { !Self.isOwned($0) }
                    live += own
                    if applied.succeeded { compare(own, of: key) }
                }
            } catch {
                add(.differs, "cluster.unread", "\(key)", error.message, "check the kubeconfig of \(supervisor)")
                continue
            }
            seen += live.count
            let found = AppliedObjects.count(live)
            guard applied.succeeded else { continue }
            if found < applied.objectCount {
                add(
                    .differs, "observed.missing", "\(key)",
                    "\(applied.objectCount) objects were applied, \(found) are there",
                    "flotilla drift show \(key)")
            } else if found > applied.objectCount {
                add(
                    .differs, "observed.surplus", "\(key)",
                    "\(applied.objectCount) objects were applied, \(found) carry its label",
                    "flotilla plan reconfigure \(key.service.shortName) --on \(supervisor) -o wide")
            }
        }
        await leftovers(supervisor, labels: labels, namespaces: namespaces, client)
        count(cluster: seen)
    }

    /// Fields that are neither as applied nor as the server made them then; values may be secret and are not told.
    private mutating func compare(_ live: [Value], of key: InstallKey) {
        for object in live {
            let fields = Drift.items(live: [object]).map(\.field)
            guard !fields.isEmpty else { continue }
            let more = fields.count > Self.mostFields ? " and \(fields.count - Self.mostFields) more" : ""
            add(
                .differs, "observed.differs", "\(key)",
                "\(object.kappDescription) is not as applied: "
                    + fields.prefix(Self.mostFields).joined(separator: ", ") + more,
                "flotilla drift show \(key)")
        }
    }

    private static let mostFields = 5

    /// An object that another object owns was made by a controller, not applied.
    private static func isOwned(_ object: Value) -> Bool {
        object.metadata["ownerReferences"]?.arrayValue?.isEmpty == false
    }

    /// Service namespaces without an install, and what they still hold.
    private mutating func leftovers(
        _ supervisor: SupervisorID, labels: Set<String>, namespaces: Set<String>, _ client: KubernetesClient
    ) async {
        do throws(KubernetesError) {
            let all = try await client.list(GroupVersionKind(group: "", version: "v1", kind: "Namespace"))
            for namespace in all.items {
                let name = namespace.metadata["name"]?.stringValue ?? ""
                guard name.hasPrefix("svc-"), !namespaces.contains(name) else { continue }
                let claims = try await client.list(
                    GroupVersionKind(group: "", version: "v1", kind: "PersistentVolumeClaim"), namespace: name)
                let workloads = try await client.list(
                    GroupVersionKind(group: "", version: "v1", kind: "Pod"), namespace: name)
                let what = "namespace/\(name)@\(supervisor)"
                if !workloads.items.isEmpty {
                    add(
                        .differs, "leftover.running", what,
                        "no install owns it and \(workloads.items.count) pods run in it")
                } else {
                    add(
                        .note, "leftover.data", what,
                        "no install owns it; \(claims.items.count) volume claims were kept")
                }
            }
        } catch {
            add(.differs, "cluster.unread", "supervisor/\(supervisor)", error.message, "check its kubeconfig")
        }
    }
}

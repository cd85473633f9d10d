internal import ResourceModel

/// What one attempt knows from its plan on.
struct ReconcileRun: Hashable, Sendable {
    var manifests: ManifestSet
    var record: AppRecord?
    var changes: [ResourceChange] = []
    var graph: ChangeGraph?
    var deletesRecord = false
    /// What the feed is told when an uninstall is done.
    var note: String?
    /// Changes given out to apply and not answered.
    var applying: Set<Int> = []
    /// Changes whose error is worth another try.
    var retrying: Set<Int> = []
    var lastError: KappError?
    var conflicts: [Int: Int] = [:]
    /// Applied, not yet done waiting.
    var waiting: Set<Int> = []
    var started: Set<Int> = []
    var done: Set<Int> = []
    /// Not done, but what waits for them may go on.
    var unblocking: Set<Int> = []
    var wave = 0
    var lastDetail = ""

    init(manifests: ManifestSet) { self.manifests = manifests }

    /// What may start now.
    var ready: [Int] { graph?.ready(done: done.union(unblocking), started: started) ?? [] }

    func items(_ indexes: some Sequence<Int>) -> [ReconcileAction.Item] {
        indexes.sorted().map { ReconcileAction.Item(index: $0, change: changes[$0]) }
    }
}

internal import Synchronization
internal import Crypto
internal import FleetControl
package import FleetModel
internal import FleetRuntime
internal import Metrics

/// Operators over TLS: who they are, what they may do, and the audit.
extension Coordinator {
    package func authenticate(token: String, from: String) async throws(FleetError) -> Principal {
        let digest = ContentDigest(sha256Of: Array(token.utf8))
        return try published.withLock { $0.state }.authenticate(token: digest, from: from, at: time.now)
    }

    package func authenticate(certificate: ContentDigest, from: String) async throws(FleetError) -> Principal {
        try published.withLock { $0.state }.authenticate(certificate: certificate, from: from, at: time.now)
    }

    package func authorize(
        _ privilege: Privilege, on supervisors: [SupervisorID], to action: String, by principal: Principal
    ) async throws(FleetError) {
        try published.withLock { $0.state }.authorize(
            privilege, on: supervisors, to: action, by: principal, at: time.now)
    }

    package func operators() async -> [FleetOperator] {
        published.withLock { $0.state.operators }.values.sorted { $0.id < $1.id }.map { known in
            var shown = known
            for index in shown.tokens.indices { shown.tokens[index].digest = ContentDigest("") }
            return shown
        }
    }

    package func noteRefusal(_ error: FleetError, name: String, from: String, action: String) async {
        note(
            FleetRecord.AccessRefused(
                kind: "operator", name: name, from: Self.host(from), action: action, reason: error.message, count: 1))
    }

    /// Journals a refusal at most once a minute per kind, name and place; those between are counted, `apart` from what
    /// else is refused there.
    func note(_ refusal: FleetRecord.AccessRefused, apart: Bool = false) {
        Counter(label: MetricName.accessRefused, dimensions: [("kind", refusal.kind)]).increment(by: refusal.count)
        guard let due = refusals.withLock({ $0.take(refusal, apart: apart, at: time.now) }) else { return }
        _ = work.push(Work(decide: { _, _ in [.accessRefused(due)] }, done: { _ in }))
    }

    /// A client's port changes with every attempt; its address does not.
    private static func host(_ from: String) -> String {
        guard let colon = from.lastIndex(of: ":"), from.contains(".") || from.hasPrefix("[") else { return from }
        return String(from[..<colon])
    }

    package func audit(_ filter: AuditFilter, limit: Int) async throws(FleetError) -> [AuditEntry] {
        let limit = min(max(1, limit), Self.auditLimit)
        var newest: [AuditEntry] = []
        var (last, first) = published.withLock { ($0.state.position, $0.firstPosition) }
        while newest.count < limit, last >= max(1, first) {
            let from = max(first, last > Self.auditPage ? last - Self.auditPage + 1 : 1)
            let page: [JournalRecord]
            do throws(JournalError) {
                page = try await journal.records(from: from, limit: Int(last - from + 1))
            } catch {
                // Retention was faster than this reader: what is gone is gone, the feed says so.
                if case .trimmed = error { break }
                throw error.fleetError
            }
            for stored in page.reversed() where stored.position <= last && newest.count < limit {
                guard RecordCodec.mayBeAudited(stored),
                    let entry = try RecordCodec.record(stored)?.auditEntry(at: stored.at, position: stored.position)
                else { continue }
                if let since = filter.since, stored.at < since { return newest }
                if filter.admits(entry) { newest.append(entry) }
            }
            guard from > 1 else { break }
            last = from - 1
            first = published.withLock { $0.firstPosition }
        }
        return newest
    }

    private static let auditLimit = 10_000
    private static let auditPage: UInt64 = 1_000
}

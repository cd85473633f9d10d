package import FleetModel

/// Every fault of one simulated Supervisor.
package struct ClusterFaults: Sendable {
    package static let maximumFaults = 100

    /// In the order they were set; where only one reply can be given, the first that hits wins.
    package private(set) var faults: [Fault] = []
    private let seed: UInt64
    /// Kinds in effect at the last look, so that a look without a change costs nothing.
    private(set) var active: [String] = []

    package init(seed: UInt64) { self.seed = seed }

    package var isEmpty: Bool { faults.isEmpty }

    /// Adds a fault, or replaces the one of the same name; false when there are too many.
    package mutating func set(_ fault: Fault, at real: Timestamp) -> Bool {
        var fault = fault
        fault.setAt = real
        if let index = faults.firstIndex(where: { $0.name == fault.name }) {
            faults[index] = fault
            return true
        }
        guard faults.count < Self.maximumFaults else { return false }
        faults.append(fault)
        return true
    }

    package mutating func clear(_ name: String) -> Bool {
        let before = faults.count
        faults.removeAll { $0.name == name }
        return faults.count < before
    }

    package mutating func clear(where isMeant: (Fault) -> Bool) { faults.removeAll(where: isMeant) }

    func inEffect(at real: Timestamp) -> [Fault] { faults.filter { $0.isActive(at: real) } }

    func nextChange(after real: Timestamp) -> Timestamp? {
        faults.compactMap { $0.nextChange(after: real) }.min()
    }

    /// True when other faults hold than at the last look.
    mutating func hasTurned(at real: Timestamp) -> Bool {
        if faults.isEmpty, active.isEmpty { return false }
        let names = inEffect(at: real).map { "\($0.name) \($0.kind) \($0.match) \($0.delay) \($0.speed)" }
        defer { active = names }
        return names != active
    }

    // MARK: Requests

    mutating func effect(method: String, path: String, isWatch: Bool, at real: Timestamp) -> FaultEffect {
        var effect = FaultEffect()
        for index in faults.indices {
            let fault = faults[index]
            guard Self.isOfRequests(fault.kind), fault.isActive(at: real), fault.looksAt(method: method, path: path),
                effect.refusal == nil || fault.kind == .latency,
                fault.kind != .staleReads || (method == "GET" && !isWatch), faults[index].strikes(seed: seed)
            else { continue }
            switch fault.kind {
            case .latency: effect.delay += fault.delay
            case .error, .tooManyRequests: effect.refusal = Self.response(fault)
            case .cutConnection: effect.cut = effect.cut ?? fault.cut
            case .staleReads: effect.staleness = max(effect.staleness, fault.delay)
            case .cutWatch, .webhook, .quota, .imagePull, .slowPods, .crashingPods, .unreadyPods, .stuckPods,
                .storageFull, .noResizer, .expiredCertificate, .clockSpeed, .freeze:
                break
            }
        }
        return effect
    }

    private static func isOfRequests(_ kind: Fault.Kind) -> Bool {
        switch kind {
        case .latency, .error, .tooManyRequests, .cutConnection, .staleReads: true
        case .cutWatch, .webhook, .quota, .imagePull, .slowPods, .crashingPods, .unreadyPods, .stuckPods, .storageFull,
            .noResizer, .expiredCertificate, .clockSpeed, .freeze:
            false
        }
    }

    private static func response(_ fault: Fault) -> APIResponse {
        switch fault.status {
        case 429:
            var response = APIResponse.text("Too many requests, please try again later.\n", status: 429)
            response.headers.append(.init("Retry-After", String(fault.retryAfter)))
            return response
        case 503:
            return APIStatus(503, "ServiceUnavailable", "the server is currently unable to handle the request").response
        default:
            return APIStatus(
                fault.status, "InternalError", "Internal error occurred: injected by the simulator's fault switch"
            ).response
        }
    }

    /// Counts a request that only the cluster's own rules can tell, such as a webhook's.
    mutating func strikes(_ name: String) -> Bool {
        guard let index = faults.firstIndex(where: { $0.name == name }) else { return false }
        return faults[index].strikes(seed: seed)
    }

    // MARK: Watches

    /// Whether a watch of this path that was opened then is cut now.
    mutating func cutsWatch(path: String, opened: Timestamp, at real: Timestamp) -> Bool {
        for index in faults.indices where faults[index].kind == .cutWatch {
            let fault = faults[index]
            if fault.isActive(at: real), fault.looksAt(method: "GET", path: path),
                opened.advanced(by: fault.delay) <= real, faults[index].strikes(seed: seed)
            {
                return true
            }
        }
        return false
    }

    /// When a watch has to be looked at again because of a fault.
    func nextWatchCut(path: String, opened: Timestamp, after real: Timestamp) -> Timestamp? {
        let cuts = faults.filter { $0.kind == .cutWatch && $0.looksAt(method: "GET", path: path) }
        return cuts.flatMap { fault in
            [fault.nextChange(after: real), opened.advanced(by: fault.delay)]
        }
        .compactMap(\.self).filter { $0 > real }.min()
    }
}

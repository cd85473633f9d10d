internal import FleetModel

/// What one Supervisor should have, and what of it the agent does not have on its disk yet.
struct DesiredSender: Hashable, Sendable {
    private struct Flight: Hashable, Sendable {
        var generation: UInt64
        var due: Duration
        var backoff: Backoff
    }

    private let limits: LinkLimits
    private let timing: LinkTiming
    private(set) var wanted: [ServiceID: InstallSpec] = [:]
    private(set) var accepted: [ServiceID: UInt64] = [:]
    /// Wanted and not accepted; kept beside `wanted` so that a large fleet's ticks look at little.
    private var pending: Set<ServiceID> = []
    private var flights: [ServiceID: Flight] = [:]

    init(limits: LinkLimits, timing: LinkTiming) {
        self.limits = limits
        self.timing = timing
    }

    var nextWake: Duration? { flights.values.map(\.due).min() }

    /// The contents an agent may read: what its own wanted states name.
    func names(_ digest: ContentDigest) -> Bool {
        wanted.values.contains { spec in
            guard case .present(let selection) = spec.intent else { return false }
            return selection.names(digest)
        }
    }

    mutating func start(wanted: [ServiceID: InstallSpec], accepted: [ServiceID: UInt64]) {
        for (service, spec) in wanted where spec.generation >= self.wanted[service]?.generation ?? 1 {
            self.wanted[service] = spec
        }
        self.accepted = accepted
        flights = [:]
        pending = Set(self.wanted.filter { $0.value.generation > accepted[$0.key] ?? 0 }.keys)
    }

    /// False when the limit `services` forbids one more.
    mutating func want(_ service: ServiceID, _ spec: InstallSpec) -> Bool {
        guard spec.generation > wanted[service]?.generation ?? 0 else { return true }
        guard wanted[service] != nil || wanted.count < limits.services else { return false }
        wanted[service] = spec
        if spec.generation > accepted[service] ?? 0 { pending.insert(service) }
        flights[service] = nil
        return true
    }

    mutating func forget(_ service: ServiceID) {
        wanted[service] = nil
        accepted[service] = nil
        pending.remove(service)
        flights[service] = nil
    }

    /// Returns true when this is news.
    mutating func acknowledged(_ service: ServiceID, generation: UInt64) -> Bool {
        guard wanted[service] != nil, generation > accepted[service] ?? 0 else { return false }
        accepted[service] = generation
        if generation >= wanted[service]?.generation ?? 0 {
            pending.remove(service)
            flights[service] = nil
        }
        return true
    }

    /// The agent says that it does not have these: sent again, also when it had acknowledged them.
    mutating func requested(_ services: [ServiceID]) {
        for service in services.prefix(limits.services) {
            guard let spec = wanted[service] else { continue }
            accepted[service] = min(accepted[service] ?? 0, spec.generation - 1)
            pending.insert(service)
            flights[service] = nil
        }
    }

    /// What goes out now: first sends within the window, and repetitions that are due.
    mutating func due(now: Duration) -> [(ServiceID, InstallSpec)] {
        var out: [(ServiceID, InstallSpec)] = []
        for service in pending.sorted() {
            guard let spec = wanted[service] else { continue }
            if var flight = flights[service], flight.generation == spec.generation {
                guard flight.due <= now else { continue }
                flight.due = now + flight.backoff.next()
                flights[service] = flight
            } else {
                guard flights.count < limits.unackedDesired else { continue }
                var backoff = Backoff(first: timing.resendFirst, longest: timing.resendLongest)
                flights[service] = Flight(
                    generation: spec.generation, due: now + backoff.next(), backoff: backoff)
            }
            out.append((service, spec))
        }
        return out
    }
}

extension PackageSelection {
    func names(_ digest: ContentDigest) -> Bool {
        digest == package || digest == values || digest == bundleTree || digest == bundleContent
    }
}

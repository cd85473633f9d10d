internal import FleetModel
internal import FleetRuntime
package import ResourceModel
package import SupervisorCluster
internal import Synchronization

/// One Supervisor's Kubernetes API in memory, with the trouble such an API makes; it survives every agent.
package final class SimulatedCluster: Sendable {
    /// What the seed does to requests.
    struct Weather: Sendable {
        /// Answered 429 or 500 instead of being carried out.
        var refusalPercent = 0.0
        /// The connection breaks, half of the time after the request was carried out.
        var cutPercent = 0.0
        /// The request or the answer takes up to `longestDelay` milliseconds: what was read is old when it arrives.
        var slowPercent = 0.0
        var longestDelay = 0
        /// A piece of a watch is followed by its end, or by silence.
        var watchCutPercent = 0.0
        /// Watches are behind by up to this, in milliseconds.
        var watchLag = 0
        /// The API server is away.
        var isAway = false
    }

    /// A claim that came or went, as a watcher of the cluster saw it.
    package struct ClaimChange: Sendable {
        package var namespace: String
        package var name: String
        package var isGone: Bool
        package var at: Duration
    }

    private struct State {
        var cluster: ClusterState
        var weather = Weather()
        var random: SimulationRandom
        var waiters: [Parking<Void>] = []
        var nextStep: Duration?
        var claims: WatchSession?
        var claimChanges: [ClaimChange] = []
    }

    let scheduler: SimulationScheduler
    private let name: String
    private let wall: @Sendable () -> Timestamp
    private let state: Mutex<State>

    init(
        name: String, moid: String, seed: UInt64, scheduler: SimulationScheduler,
        wall: @escaping @Sendable () -> Timestamp
    ) {
        self.name = name
        self.scheduler = scheduler
        self.wall = wall
        var random = SimulationRandom(seed: seed, stream: "cluster \(name)")
        var cluster = Self.fresh(moid, at: wall())
        cluster.reseed(random.next())
        let watch = cluster.handle(
            APIRequest(method: "GET", target: "/api/v1/persistentvolumeclaims?watch=1&timeoutSeconds=86400"),
            at: wall())
        var claims: WatchSession?
        if case .watch(let session) = watch { claims = session }
        state = Mutex(State(cluster: cluster, random: random, claims: claims))
        stepLater(.zero)
    }

    /// Clusters as they are before anyone has used them, by moid: making one takes as long as a tenth of a whole run.
    private static let untouched = Mutex<[String: ClusterState]>([:])

    /// Every run begins at the same virtual time, so a copy is as good as a new one.
    private static func fresh(_ moid: String, at time: Timestamp) -> ClusterState {
        untouched.withLock { untouched in
            if let known = untouched[moid], known.now == time { return known }
            var settings = ClusterSettings()
            settings.moid = moid
            settings.workerNodes = 1
            settings.seed = SimulationRandom.number(of: moid)
            let cluster = ClusterState(
                settings: settings, at: time, controllers: StandardControllers(settings: .instant))
            untouched[moid] = cluster
            return cluster
        }
    }

    func setWeather(_ weather: Weather) { state.withLock { $0.weather = weather } }
    func setAway(_ isAway: Bool) { state.withLock { $0.weather.isAway = isAway } }

    package var claimChanges: [ClaimChange] { state.withLock { $0.claimChanges } }

    /// A request of nobody's process: kubectl, or a checker. Answers at once, without faults.
    package func ask(_ method: String, _ target: String, _ body: Value? = nil, type: String = "application/json")
        -> APIResponse
    {
        var headers: [String: String] = ["accept": "application/json"]
        if body != nil { headers["content-type"] = type }
        let request = APIRequest(
            method: method, target: target, headers: headers, body: body.map { JSONWriter.bytes($0) } ?? [])
        guard case .response(let response) = handle(request) else { return APIResponse(status: 500) }
        return response
    }

    // MARK: The API server

    func handle(_ request: APIRequest) -> APIReply {
        let now = wall()
        let (reply, changed) = state.withLock { state in
            let before = state.cluster.revision
            let reply = state.cluster.handle(request, at: now)
            let changed = state.cluster.revision != before
            if changed { noteClaims(&state) }
            return (reply, changed)
        }
        if changed {
            scheduler.record("\(name) \(request.method) \(request.path)")
            scheduler.note("\(name) \(request.method) \(request.path)")
            ring()
            stepLater(.milliseconds(1))
        }
        return reply
    }

    private func stepLater(_ delay: Duration) {
        let at = scheduler.now + delay
        let isNews = state.withLock { state in
            if let next = state.nextStep, next <= at { return false }
            state.nextStep = at
            return true
        }
        guard isNews else { return }
        scheduler.after(delay) {
            guard self.state.withLock({ $0.nextStep == at }) else { return }
            self.step()
        }
    }

    private func step() {
        let now = wall()
        let (next, changed) = state.withLock { state in
            state.nextStep = nil
            let before = state.cluster.revision
            let next = state.cluster.step(at: now)
            let changed = state.cluster.revision != before
            if changed { noteClaims(&state) }
            return (next, changed)
        }
        if changed { ring() }
        if let next { stepLater(max(.milliseconds(1), next.since(now))) }
    }

    private func noteClaims(_ state: inout State) {
        guard var session = state.claims else { return }
        for line in state.cluster.nextLines(&session, at: wall()) {
            guard let event = try? JSONReader.read(line), let claim = event["object"] else { continue }
            let isGone = event["type"]?.stringValue == "DELETED" || claim.metadata["deletionTimestamp"] != nil
            state.claimChanges.append(
                ClaimChange(
                    namespace: claim.objectNamespace, name: claim.objectName, isGone: isGone, at: scheduler.now))
        }
        state.claims = session
    }

    // MARK: Watches

    private func ring() {
        let (waiters, lag) = state.withLock { state in
            defer { state.waiters = [] }
            return (state.waiters, state.random.milliseconds(0...state.weather.watchLag))
        }
        guard !waiters.isEmpty else { return }
        scheduler.after(lag) { for waiter in waiters { waiter.settle(()) } }
    }

    func lines(_ session: inout WatchSession) -> [[UInt8]] {
        let now = wall()
        // The copy goes out of the closure: a session is the caller's own.
        let (lines, after) = state.withLock { [session] state in
            var session = session
            return (state.cluster.nextLines(&session, at: now), session)
        }
        session = after
        return lines
    }

    /// Until something changed or `pause` is over.
    func waitForChange(atMost pause: Duration) async {
        let parking = Parking<Void>()
        state.withLock { $0.waiters.append(parking) }
        scheduler.after(pause) { parking.settle(()) }
        await parking.wait(orCancelled: ())
    }

    func wait(until time: Timestamp) -> Duration { max(.milliseconds(1), time.since(wall())) }

    enum WatchFate: Sendable { case goesOn, ends, hangs }

    func drawWatchFate() -> WatchFate {
        state.withLock { state in
            if state.weather.isAway { return .ends }
            guard state.random.chance(state.weather.watchCutPercent) else { return .goesOn }
            return state.random.chance(60) ? .ends : .hangs
        }
    }

    // MARK: Requests

    enum Fate: Sendable { case answered, refused(Int), cutBefore, cutAfter }

    func drawFate() -> (Fate, there: Duration, back: Duration) {
        state.withLock { state in
            let weather = state.weather
            var there = state.random.milliseconds(1...4)
            var back = state.random.milliseconds(1...4)
            if state.random.chance(weather.slowPercent) {
                there += state.random.milliseconds(0...max(1, weather.longestDelay))
            }
            if state.random.chance(weather.slowPercent) {
                back += state.random.milliseconds(0...max(1, weather.longestDelay))
            }
            if weather.isAway { return (.cutBefore, there, back) }
            if state.random.chance(weather.refusalPercent) {
                return (.refused(state.random.pick([429, 500, 503])), there, back)
            }
            if state.random.chance(weather.cutPercent) {
                return (state.random.chance(50) ? .cutBefore : .cutAfter, there, back)
            }
            return (.answered, there, back)
        }
    }
}

import FleetModel
import Foundation
import ResourceModel
import SupervisorCluster
import Testing

/// Bad requests in great number: every one gets an answer that can be read, and the cluster goes on.
///
/// `FLOTILLA_FUZZ_SECONDS` sets the length, `FLOTILLA_FUZZ_SEED` the first seed; without them it is a short run.
@Suite struct FuzzTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let seconds = environment["FLOTILLA_FUZZ_SECONDS"].flatMap { Double($0) }
    private static let firstSeed = environment["FLOTILLA_FUZZ_SEED"].flatMap { UInt64($0) } ?? 1
    private static let roundsPerSeed = 400

    @Test(arguments: ServerProfile.allCases)
    func everyRequestIsAnswered(profile: ServerProfile) throws {
        let clock = ContinuousClock()
        let end = clock.now.advanced(by: .seconds((Self.seconds ?? 0) / 2))
        var seed = Self.firstSeed
        var count = 0
        repeat {
            try run(seed, profile)
            seed += 1
            count += Self.roundsPerSeed
        } while Self.seconds != nil ? clock.now < end : seed < Self.firstSeed + 3
        print("fuzz \(profile.rawValue): seeds \(Self.firstSeed)..<\(seed), \(count) requests")
    }

    private func run(_ seed: UInt64, _ profile: ServerProfile) throws {
        var settings = ClusterSettings()
        settings.profile = profile
        settings.seed = seed
        settings.maximumBodyBytes = 256 * 1024
        settings.maximumObjectsPerResource = 200
        if seed % 5 == 0 { settings.tokens = [AccessToken(token: "x", user: "dev")] }
        var cluster = TestCluster(
            settings: settings, controllers: seed % 2 == 0 ? nil : StandardControllers(settings: ControllerSettings()))
        var fuzzer = RequestFuzzer(seed: seed)
        var sessions: [WatchSession] = []
        for round in 0..<Self.roundsPerSeed {
            let request = fuzzer.request()
            cluster.now = cluster.now.advanced(byMilliseconds: 5)
            // Written down before it is sent, so that a trap leaves its cause behind.
            Self.note(request, seed, round)
            switch cluster.state.handle(request, at: cluster.now) {
            case .response(let reply): check(reply, request, seed, round)
            case .watch(let session): if sessions.count < 20 { sessions.append(session) }
            }
            if round % 20 == 19 {
                cluster.run(milliseconds: 300)
                for index in sessions.indices { _ = cluster.state.nextLines(&sessions[index], at: cluster.now) }
            }
        }
        _ = cluster.send("DELETE", "/flotilla-simulator/v1/faults")
        let ready = cluster.send("GET", "/readyz")
        #expect(ready.status == 200, "seed \(seed)")
    }

    private func check(_ reply: APIResponse, _ request: APIRequest, _ seed: UInt64, _ round: Int) {
        let what = "seed \(seed), request \(round): \(request.method) \(request.path.prefix(200))"
        #expect((200...599).contains(reply.status), "\(what)")
        #expect(reply.status != 500 || !reply.body.isEmpty, "\(what)")
        let type = reply.headers.first { $0.name == "Content-Type" }?.value ?? ""
        guard type == "application/json" else { return }
        #expect((try? JSONReader.read(reply.body)) != nil, "\(what): the reply is no JSON")
    }

    private static let noteFile = environment["FLOTILLA_FUZZ_NOTE"]

    private static func note(_ request: APIRequest, _ seed: UInt64, _ round: Int) {
        guard let noteFile else { return }
        let body = String(decoding: request.body.prefix(20_000), as: UTF8.self)
        let text =
            "seed \(seed) round \(round)\n\(request.method) \(request.path) \(request.query)\n"
            + "\(request.headers)\n\(body)\n"
        try? text.write(toFile: noteFile, atomically: false, encoding: .utf8)
    }
}

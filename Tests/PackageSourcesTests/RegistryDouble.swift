import FleetModel
import FleetRuntime
import Foundation
import PackageSources
import Synchronization
import TestSupport

/// Registries in memory, each at an origin: what a real one rarely does can be made to happen.
final class RegistryDouble: HTTPExchange {
    struct Faults {
        /// Answers to give instead, one per request, before anything else.
        var answers: [(status: Int, headers: [HTTPHeader])] = []
        /// Bodies of contents break off after so many bytes.
        var breaksAfter: Int?
        var ignoresRanges = false
        /// Contents are at another address.
        var redirectsBlobsTo: String?
        /// `user:password` that is asked for by `Basic`.
        var basic: String?
        /// A bearer token that is asked for, and the header that says where to get it.
        var bearer: (token: String, challenge: String)?
        /// What a token server here gives.
        var givesToken: String?
        var flipsBlobs = false
    }

    let origin: String
    let faults = Mutex(Faults())
    private let seen = Mutex<[HTTPExchangeRequest]>([])
    private let manifests = Mutex<[String: [UInt8]]>([:])
    private let blobs = Mutex<[String: [UInt8]]>([:])

    init(_ origin: String) { self.origin = origin }

    var requests: [HTTPExchangeRequest] { seen.withLock { $0 } }

    func push(_ image: SampleImage, to repository: String, tag: String? = nil) {
        manifests.withLock { table in
            table["/v2/\(repository)/manifests/\(image.digest)"] = image.manifest
            if let tag { table["/v2/\(repository)/manifests/\(tag)"] = image.manifest }
        }
        blobs.withLock { table in
            for (digest, bytes) in image.blobs { table["/v2/\(repository)/blobs/\(digest)"] = bytes }
        }
    }

    func push(manifest: [UInt8], to repository: String, tag: String) {
        manifests.withLock { table in
            table["/v2/\(repository)/manifests/\(tag)"] = manifest
            table["/v2/\(repository)/manifests/\(ContentDigest(sha256Of: manifest))"] = manifest
        }
    }

    /// Contents without a manifest, as a redirect's target has them.
    func hold(_ image: SampleImage, under prefix: String) {
        blobs.withLock { table in
            for (digest, bytes) in image.blobs { table["\(prefix)/\(digest)"] = bytes }
        }
    }

    func send(_ request: HTTPExchangeRequest) async throws(HTTPExchangeError) -> HTTPExchangeResponse {
        seen.withLock { $0.append(request) }
        let instead = faults.withLock { $0.answers.isEmpty ? nil : $0.answers.removeFirst() }
        if let instead {
            if instead.status == 0 { throw .connection("connection refused") }
            return HTTPExchangeResponse(status: instead.status, headers: instead.headers, body: HTTPBody(bytes: []))
        }
        let faults = faults.withLock { $0 }
        let authorization = request.headers.first { $0.name == "Authorization" }?.value
        if let token = faults.givesToken, request.target.hasPrefix("/token") {
            return Self.answer(200, #"{"token":"\#(token)","expires_in":300}"#)
        }
        if let wanted = faults.bearer, authorization != "Bearer \(wanted.token)" {
            return HTTPExchangeResponse(
                status: 401, headers: [HTTPHeader("WWW-Authenticate", wanted.challenge)],
                body: HTTPBody(bytes: Array(#"{"errors":[{"code":"UNAUTHORIZED","message":"who?"}]}"#.utf8)))
        }
        if let wanted = faults.basic, authorization != "Basic \(Data(wanted.utf8).base64EncodedString())" {
            return HTTPExchangeResponse(
                status: 401, headers: [HTTPHeader("WWW-Authenticate", #"Basic realm="Registry""#)],
                body: HTTPBody(bytes: []))
        }
        if let manifest = manifests.withLock({ $0[request.target] }) {
            return HTTPExchangeResponse(status: 200, headers: [], body: HTTPBody(bytes: manifest))
        }
        if let elsewhere = faults.redirectsBlobsTo, request.target.contains("/blobs/") {
            let digest = request.target.split(separator: "/").last ?? ""
            return HTTPExchangeResponse(
                status: 307, headers: [HTTPHeader("Location", "\(elsewhere)/\(digest)")], body: HTTPBody(bytes: []))
        }
        if let blob = blobs.withLock({ $0[request.target] }) { return content(blob, request, faults) }
        return Self.answer(404, #"{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}"#)
    }

    private static func answer(_ status: Int, _ text: String) -> HTTPExchangeResponse {
        HTTPExchangeResponse(status: status, headers: [], body: HTTPBody(bytes: Array(text.utf8)))
    }

    private func content(
        _ whole: [UInt8], _ request: HTTPExchangeRequest, _ faults: Faults
    ) -> HTTPExchangeResponse {
        var whole = whole
        if faults.flipsBlobs { whole[0] ^= 1 }
        let range = request.headers.first { $0.name == "Range" }?.value
        var from = 0
        if let range, !faults.ignoresRanges { from = Int(range.dropFirst(6).dropLast()) ?? 0 }
        let rest = Array(whole[from...])
        var headers: [HTTPHeader] = []
        if from > 0 {
            headers.append(HTTPHeader("Content-Range", "bytes \(from)-\(whole.count - 1)/\(whole.count)"))
        }
        guard let length = faults.breaksAfter, rest.count > length else {
            return HTTPExchangeResponse(status: from > 0 ? 206 : 200, headers: headers, body: HTTPBody(bytes: rest))
        }
        let body = HTTPBody {
            var step = 0
            return HTTPBody.AsyncIterator { () async throws(HTTPExchangeError) -> [UInt8]? in
                step += 1
                if step == 1 { return Array(rest.prefix(length)) }
                throw .interrupted("connection reset by peer")
            }
        }
        return HTTPExchangeResponse(status: from > 0 ? 206 : 200, headers: headers, body: body)
    }
}

/// Registries by origin, a clock that does not wait, and what an agent would be configured with.
struct RegistryBench {
    let clock = InstantClock()
    let servers: [String: RegistryDouble]
    let access: RegistryAccess

    init(
        _ servers: RegistryDouble..., settings: [RegistrySetting] = [], dockerConfig: DockerConfig? = nil,
        cacheFolder: String? = nil
    ) throws {
        let byOrigin = Dictionary(servers.map { ($0.origin, $0) }) { first, _ in first }
        self.servers = byOrigin
        let start = clock.now
        let time = TimeSource(clock: clock) { [clock] in
            Timestamp(milliseconds: 1_700_000_000_000).advanced(by: start.duration(to: clock.now))
        }
        access = RegistryAccess(
            settings: settings, dockerConfig: dockerConfig,
            cache: try cacheFolder.map { try BundleCache(folder: $0, limit: 1 << 20, time: time) }, time: time,
            entropy: SeededEntropy(seed: 7)
        ) { endpoint throws(FleetError) in
            guard let server = byOrigin[endpoint.origin] else {
                throw FleetError(.unavailable, "no route to \(endpoint.origin)")
            }
            return server
        }
    }

    func map(_ rules: [SourceMap.Rule]) -> SourceMap { SourceMap(rules: rules, registries: access) }

    /// Every image from its own registry.
    var direct: SourceMap { map([.init(match: .imagePrefix("*"), place: .registry("*"))]) }
}

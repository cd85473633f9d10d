import FleetRuntime
import Synchronization

/// Answers requests by a table of `METHOD target-prefix` → replies in order; the last reply of a row repeats.
final class ScriptedExchange: HTTPExchange {
    enum Reply {
        case json(Int, String)
        case text(Int, String, [HTTPHeader])
        /// A streamed body in these chunks; then it ends, or breaks off.
        case chunks([String], breaksOff: Bool)
        case failure(HTTPExchangeError)
    }

    private struct State {
        var rows: [(key: String, replies: [Reply])] = []
        var requests: [HTTPExchangeRequest] = []
    }

    private let state = Mutex(State())

    var requests: [HTTPExchangeRequest] { state.withLock { $0.requests } }
    var lines: [String] { requests.map { "\($0.method) \($0.target)" } }

    func on(_ key: String, _ replies: Reply...) { state.withLock { $0.rows.append((key, replies)) } }

    func send(_ request: HTTPExchangeRequest) async throws(HTTPExchangeError) -> HTTPExchangeResponse {
        let reply = state.withLock { state -> Reply in
            state.requests.append(request)
            let line = "\(request.method) \(request.target)"
            let rows = state.rows.indices.filter { line.hasPrefix(state.rows[$0].key) }
            guard let row = rows.max(by: { state.rows[$0].key.count < state.rows[$1].key.count }) else {
                return .text(404, "404 page not found\n", [])
            }
            if state.rows[row].replies.count > 1 { return state.rows[row].replies.removeFirst() }
            return state.rows[row].replies[0]
        }
        switch reply {
        case .json(let status, let body):
            return HTTPExchangeResponse(
                status: status, headers: [HTTPHeader("Content-Type", "application/json")],
                body: HTTPBody(bytes: Array(body.utf8)))
        case .text(let status, let body, let headers):
            return HTTPExchangeResponse(status: status, headers: headers, body: HTTPBody(bytes: Array(body.utf8)))
        case .chunks(let chunks, let breaksOff):
            return HTTPExchangeResponse(
                status: 200, headers: [],
                body: HTTPBody {
                    var rest = chunks[...]
                    return HTTPBody.AsyncIterator { () async throws(HTTPExchangeError) -> [UInt8]? in
                        if let next = rest.popFirst() { return Array(next.utf8) }
                        if breaksOff { throw .interrupted("reset by peer") }
                        return nil
                    }
                })
        case .failure(let error): throw error
        }
    }
}

extension ScriptedExchange {
    /// Discovery of core v1, apps/v1 and one custom group.
    static func withDiscovery() -> ScriptedExchange {
        let exchange = ScriptedExchange()
        exchange.on(
            "GET /api/v1",
            .json(
                200,
                #"""
                {"kind":"APIResourceList","groupVersion":"v1","resources":[
                {"name":"configmaps","kind":"ConfigMap","namespaced":true,"verbs":["get","list","watch"]},
                {"name":"namespaces","kind":"Namespace","namespaced":false,"verbs":["get"]},
                {"name":"namespaces/status","kind":"Namespace","namespaced":false,"verbs":["get"]}]}
                """#))
        exchange.on(
            "GET /apis",
            .json(
                200,
                #"""
                {"kind":"APIGroupList","groups":[{"name":"apps","versions":[{"version":"v1beta1"},{"version":"v1"}],
                "preferredVersion":{"groupVersion":"apps/v1","version":"v1"}}]}
                """#))
        exchange.on(
            "GET /apis/apps/v1",
            .json(
                200,
                #"""
                {"resources":[{"name":"deployments","kind":"Deployment","namespaced":true,"verbs":["list"]}]}
                """#))
        return exchange
    }
}

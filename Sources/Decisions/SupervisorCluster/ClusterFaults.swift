/// Faults of the API server itself; those of workloads and volumes belong to the controllers.
package struct ClusterFaults: Sendable {
    package struct Rule: Sendable, Hashable {
        /// Upper-case method; empty = any.
        package var method: String
        /// Requests whose path contains this text; empty = all.
        package var path: String
        /// The HTTP status that is answered instead.
        package var status: Int
        /// Share of the requests that are hit, 1...100.
        package var percent: Int
        /// Requests still to be hit; nil = no end.
        package var remaining: Int?
    }

    package static let maximumRules = 100

    /// First match wins.
    package var rules: [Rule] = []
    /// Controllers stand still; the API answers.
    package var isFrozen = false
    /// Added to every reply by the front that carries the bytes, in milliseconds.
    package var latencyMilliseconds = 0

    package init() {}

    /// The reply that replaces the real one; nil when no rule hits.
    mutating func refusal(for request: APIRequest, isControl: Bool, random: UInt64) -> APIResponse? {
        if isControl { return nil }
        for index in rules.indices {
            let rule = rules[index]
            guard rule.method.isEmpty || rule.method == request.method,
                rule.path.isEmpty || Self.contains(request.path, rule.path),
                rule.remaining.map({ $0 > 0 }) ?? true, Int(random % 100) < rule.percent
            else { continue }
            rules[index].remaining = rule.remaining.map { $0 - 1 }
            return Self.response(rule.status)
        }
        return nil
    }

    private static func contains(_ text: String, _ part: String) -> Bool {
        let text = Array(text.utf8)
        let part = Array(part.utf8)
        guard part.count <= text.count else { return false }
        return (0...(text.count - part.count)).contains { text[$0..<$0 + part.count].elementsEqual(part) }
    }

    private static func response(_ status: Int) -> APIResponse {
        switch status {
        case 429:
            var response = APIResponse.text("Too many requests, please try again later.\n", status: 429)
            response.headers.append(.init("Retry-After", "1"))
            return response
        case 503:
            return APIStatus(503, "ServiceUnavailable", "the server is currently unable to handle the request").response
        default:
            return APIStatus(
                status, "InternalError", "Internal error occurred: injected by the simulator's fault switch"
            ).response
        }
    }
}

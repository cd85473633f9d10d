import ResourceModel
import SupervisorCluster
import Testing

/// A cluster that is brought where a recording began, and the recorded requests that follow each other on it.
struct ConformanceScenario: Sendable, CustomTestStringConvertible {
    enum Step: Sendable, ExpressibleByStringLiteral {
        /// Names of recorded cases, replayed one after the other.
        case replay([String])
        /// Set-up of ours: what the recording did in between and did not note.
        case act(@Sendable (inout TestCluster) -> Void)

        init(stringLiteral value: String) { self = .replay(value.split(separator: " ").map(String.init)) }

        /// Time passes and the controllers, if there are any, do their work.
        static func wait(_ seconds: Int64) -> Step { waitMilliseconds(seconds * 1000) }
        static func waitMilliseconds(_ milliseconds: Int64) -> Step { .act { $0.run(milliseconds: milliseconds) } }
        /// Recorded requests sent again to set up another case; their replies are compared elsewhere.
        static func replaySetUp(_ names: String) -> Step {
            .act { cluster in
                for name in names.split(separator: " ") {
                    guard let recorded = try? RecordedReply(String(name), cluster.state.profile) else { continue }
                    let reply = cluster.send(recorded.apiRequest())
                    #expect(reply.status == recorded.status, "\(name)")
                }
            }
        }
        /// A request of ours that has to succeed.
        static func send(_ method: String, _ target: String, _ body: Value? = nil, type: String = "application/json")
            -> Step
        {
            .act { cluster in
                let reply = cluster.send(method, target, body, type: type)
                #expect(reply.status < 300, "\(method) \(target): \(String(decoding: reply.body, as: UTF8.self))")
            }
        }
    }

    var name: String
    /// Whether the standard controllers run; without them only the API server's own rules act.
    var hasControllers: Bool
    /// Who sends; nil = an administrator over plain HTTP.
    var tokens: [AccessToken]
    var steps: [Step]

    var testDescription: String { name }

    init(_ name: String, hasControllers: Bool = false, tokens: [AccessToken] = [], _ steps: [Step]) {
        self.name = name
        self.hasControllers = hasControllers
        self.tokens = tokens
        self.steps = steps
    }

    var cases: [String] {
        steps.flatMap { step -> [String] in if case .replay(let names) = step { names } else { [] } }
    }
}

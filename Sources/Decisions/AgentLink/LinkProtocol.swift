/// Versions of the link protocol and how two ends agree on one.
///
/// A coordinator of protocol N serves agents of N, N-1 and N-2; an agent that is newer than its coordinator is refused
/// with a text that says what to upgrade first.
package enum LinkProtocol {
    /// What this build speaks.
    package static let current: UInt32 = 1

    /// What a coordinator of protocol `newest` serves.
    package static func served(by newest: UInt32 = current) -> ClosedRange<UInt32> {
        max(1, newest > 2 ? newest - 2 : 1)...max(1, newest)
    }

    package enum Verdict: Hashable, Sendable {
        case speak(UInt32)
        case refuse(code: String, text: String)
    }

    /// The highest version both ends speak, or the refusal. Never traps on what a peer claims.
    package static func negotiate(
        agentMin: UInt32, agentMax: UInt32, agentVersion: String, serves: ClosedRange<UInt32>
    ) -> Verdict {
        guard agentMin >= 1, agentMin <= agentMax else {
            return .refuse(
                code: RefusalCode.invalidFrame,
                text: "the agent offers the protocol versions \(agentMin)...\(agentMax), which is no range")
        }
        if agentMin > serves.upperBound {
            return .refuse(
                code: RefusalCode.protocolNewer,
                text: "the agent (\(agentVersion)) speaks protocol \(agentMin) and up, the coordinator up to "
                    + "\(serves.upperBound): upgrade the coordinator first")
        }
        if agentMax < serves.lowerBound {
            return .refuse(
                code: RefusalCode.protocolOlder,
                text: "the agent (\(agentVersion)) speaks protocol \(agentMax) and below, the coordinator serves "
                    + "\(serves.lowerBound)...\(serves.upperBound): upgrade the agent")
        }
        return .speak(min(agentMax, serves.upperBound))
    }
}

/// The stable words of a `Refuse` frame. Open: an unknown word is handled as a plain refusal.
package enum RefusalCode {
    package static let protocolNewer = "protocol_newer"
    package static let protocolOlder = "protocol_older"
    /// The frame belongs to no session or an older one: greet again.
    package static let staleSession = "stale_session"
    /// Another process with the same key took over and is alive.
    package static let displaced = "displaced"
    /// The outbox ends before what was acknowledged (a restored disk): begin a new incarnation.
    package static let outboxRewound = "outbox_rewound"
    /// The coordinator runs on an older copy of its journal than the one that served this agent.
    package static let olderCopy = "older_copy"
    package static let busy = "busy"
    package static let invalidFrame = "invalid_frame"

    package static func olderCopyText(epoch: UInt64, known: UInt64) -> String {
        "the coordinator runs on an older copy of its journal: it is at epoch \(epoch), this agent was served at "
            + "\(known). If the copy was restored on purpose: stop the coordinator, flotilla doctor --data-dir DIR "
            + "--accept-restore, start it again"
    }
}

package import FleetModel
internal import SwiftProtobuf

/// An agent's first message: the single-use token against a pinned key.
package struct EnrolmentRequest: Hashable, Sendable {
    package var token: String
    /// Z85 text; must be the key of the channel it came on.
    package var publicKey: String
    package var agentVersion: String
    package var supervisor: SupervisorID
    package var kubernetesVersion: String

    package init(
        token: String, publicKey: String, agentVersion: String, supervisor: SupervisorID, kubernetesVersion: String = ""
    ) {
        self.token = token
        self.publicKey = publicKey
        self.agentVersion = agentVersion
        self.supervisor = supervisor
        self.kubernetesVersion = kubernetesVersion
    }
}

/// What the coordinator answers.
package enum EnrolmentReply: Hashable, Sendable {
    case enrolled(SupervisorID, moid: String)
    /// The token was good; the key with this fingerprint waits to be accepted. Ask again.
    case pending(SupervisorID, moid: String, fingerprint: String)
    case refused(FleetError)
}

/// The bytes of both.
package enum EnrolmentCodec {
    package static func encode(_ request: EnrolmentRequest) -> [UInt8] {
        var wire = WireEnrol()
        wire.token = request.token
        wire.publicKey = request.publicKey
        wire.agentVersion = request.agentVersion
        wire.supervisor = request.supervisor.rawValue
        wire.kubernetesVersion = request.kubernetesVersion
        return (try? wire.serializedBytes()) ?? []
    }

    /// - Parameter channelKey: the CURVE key the channel was opened with; a body that names another one is refused.
    package static func request(
        _ bytes: [UInt8], channelKey: String, limits: LinkLimits = LinkLimits()
    ) throws(LinkError) -> EnrolmentRequest {
        guard bytes.count <= limits.enrolmentBytes else {
            throw .tooLarge(limit: "enrolmentBytes", bytes: bytes.count)
        }
        guard let wire = try? WireEnrol(serializedBytes: bytes) else { throw .malformed("Enrol") }
        guard wire.publicKey == channelKey else { throw .invalid(field: "public_key", value: wire.publicKey) }
        guard !wire.token.isEmpty else { throw .invalid(field: "token", value: "") }
        guard !wire.supervisor.isEmpty else { throw .invalid(field: "supervisor", value: "") }
        return EnrolmentRequest(
            token: wire.token, publicKey: wire.publicKey, agentVersion: wire.agentVersion,
            supervisor: SupervisorID(wire.supervisor), kubernetesVersion: wire.kubernetesVersion)
    }

    package static func encode(_ reply: EnrolmentReply) -> [UInt8] {
        var wire = WireEnrolReply()
        switch reply {
        case .enrolled(let supervisor, let moid):
            wire.enrolled.supervisor = supervisor.rawValue
            wire.enrolled.moid = moid
        case .pending(let supervisor, let moid, let fingerprint):
            wire.pending.supervisor = supervisor.rawValue
            wire.pending.moid = moid
            wire.pending.fingerprint = fingerprint
        case .refused(let error): wire.refused = WireFailure(error)
        }
        return (try? wire.serializedBytes()) ?? []
    }

    package static func reply(_ bytes: [UInt8]) throws(LinkError) -> EnrolmentReply {
        guard let wire = try? WireEnrolReply(serializedBytes: bytes) else { throw .malformed("EnrolReply") }
        switch wire.result {
        case .enrolled(let enrolled): return .enrolled(SupervisorID(enrolled.supervisor), moid: enrolled.moid)
        case .pending(let pending):
            return .pending(
                SupervisorID(pending.supervisor), moid: pending.moid,
                fingerprint: pending.fingerprint.clipped(toBytes: 128))
        case .refused(let failure): return .refused(failure.error)
        case nil: throw .unknownKind
        }
    }
}

package import FleetModel
internal import ResourceModel

/// A join file as YAML: printed by `flotilla supervisor add`, read by `flotilla-agent --join`.
package enum JoinFileDocument {
    package static func text(of join: JoinFile) -> String {
        "# Enrols one agent, once. Secret: keep it at mode 0600 and remove it afterwards.\n"
            + YAMLWriter.text([
                "apiVersion": "flotilla.dev/v1", "kind": "JoinFile",
                "supervisor": .string(join.supervisor.rawValue), "moid": .string(join.moid),
                "coordinator": .string(join.coordinator), "enrolment": .string(join.enrolment),
                "coordinatorKey": .string(join.coordinatorKey), "token": .string(join.token),
                "expires": .string(join.expires.description),
            ])
    }

    package static func read(_ text: String, name: String) throws(FleetError) -> JoinFile {
        let value: Value
        do { value = try YAMLDocuments.readOne(text) } catch {
            // Only the place and the problem: the lines after it quote the file, which holds a secret.
            let place = "\(error)".prefix { !$0.isNewline }
            throw FleetError(.invalidArgument, "\(name) is not YAML", reason: String(place))
        }
        func field(_ key: String) throws(FleetError) -> String {
            guard let text = value[key]?.stringValue, !text.isEmpty else {
                throw FleetError(
                    .invalidArgument, "\(name) is not a join file", reason: "\(key) is missing",
                    next: "flotilla supervisor add NAME --moid MOID -o \(name)")
            }
            return text
        }
        guard value["kind"]?.stringValue == "JoinFile", let expires = Timestamp(rfc3339: try field("expires")) else {
            throw FleetError(
                .invalidArgument, "\(name) is not a join file",
                reason: "kind: JoinFile and an RFC 3339 time in expires are expected",
                next: "flotilla supervisor add NAME --moid MOID -o \(name)")
        }
        return JoinFile(
            supervisor: SupervisorID(try field("supervisor")), moid: try field("moid"),
            coordinator: try field("coordinator"), enrolment: try field("enrolment"),
            coordinatorKey: try field("coordinatorKey"), token: try field("token"), expires: expires)
    }
}

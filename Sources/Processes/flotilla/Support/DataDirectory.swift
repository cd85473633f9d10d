internal import FleetModel
internal import Foundation

/// Whose a data directory is, by what its process keeps beside the journal.
enum DataDirectory {
    private struct Identity: Decodable { var supervisor: String }

    /// Refuses an agent's directory where the coordinator's is needed: each of its records would look broken.
    static func checkIsCoordinators(_ directory: String) throws(FleetError) {
        guard let supervisor = agent(of: directory) else { return }
        throw FleetError(
            .invalidArgument, "\(directory) is the data directory of the agent of \(supervisor)",
            reason: "--data-dir is the coordinator's",
            next: "flotilla verify --data-dir /var/lib/flotilla --agent \(supervisor)=\(directory)")
    }

    /// Refuses another's directory where that of one Supervisor's agent is needed.
    static func check(_ directory: String, isAgentOf name: String) throws(FleetError) {
        if exists("curve-secret", in: directory) {
            throw FleetError(
                .invalidArgument, "\(directory) is the data directory of a coordinator",
                reason: "--agent \(name)=… is an agent's", next: "flotilla verify --data-dir \(directory)")
        }
        guard let supervisor = agent(of: directory), supervisor != name else { return }
        throw FleetError(
            .invalidArgument, "\(directory) is the data directory of the agent of \(supervisor), not of \(name)",
            reason: "its identity.json says so", next: "--agent \(supervisor)=\(directory)")
    }

    /// The Supervisor of the agent whose directory it is; nil for every other directory.
    private static func agent(of directory: String) -> String? {
        guard let data = FileManager.default.contents(atPath: directory + "/identity.json") else { return nil }
        return (try? JSONDecoder().decode(Identity.self, from: data))?.supervisor
    }

    private static func exists(_ name: String, in directory: String) -> Bool {
        FileManager.default.fileExists(atPath: directory + "/" + name)
    }
}

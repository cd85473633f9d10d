internal import FleetModel
internal import OperatorClient

/// What `drift show` and `drift adopt` share.
enum Drift {
    static func ask(
        about install: String, client: OperatorClient
    ) async throws(FleetError) -> (key: InstallKey, items: [DriftItem]) {
        let (name, supervisor) = try InstallName.split(install)
        let key = InstallKey(service: try await client.service(name).service.id, supervisor: supervisor)
        guard case .drift(let items) = try await client.ask(.drift(key.service), of: supervisor) else {
            throw FleetError(.internalError, "the agent of \(supervisor) answered another question")
        }
        return (key, items)
    }
}

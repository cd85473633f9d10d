package import FleetModel

/// Body of `GET /v1/installs/<supervisor>/<service>/values`.
package struct ValuesDocument: Codable, Sendable, Hashable {
    package var key: InstallKey
    package var values: String
    package init(key: InstallKey, values: String) {
        self.key = key
        self.values = values
    }
}

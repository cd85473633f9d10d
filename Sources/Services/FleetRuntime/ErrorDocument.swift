package import FleetModel

/// Body of every refusal.
package struct ErrorDocument: Codable, Sendable, Hashable {
    package var error: FleetError
    package init(error: FleetError) { self.error = error }
}

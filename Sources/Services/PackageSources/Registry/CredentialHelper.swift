package import FleetModel

/// Asks the program `docker-credential-<name>` for a server's credential; gives what it wrote, or nil when it has none.
package typealias CredentialHelper = @Sendable (_ name: String, _ server: String) async throws(FleetError) -> [UInt8]?

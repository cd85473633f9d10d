/// What a registration says beside its documents.
package struct RegistrationOptions: Hashable, Codable, Sendable {
    /// The end user licence agreement in the documents is accepted.
    package var acceptsEULA: Bool
    /// Set for plain manifests (vCenter's CUSTOM_YAML): what their own format would say of itself.
    package var custom: CustomService?

    package init(acceptsEULA: Bool = false, custom: CustomService? = nil) {
        self.acceptsEULA = acceptsEULA
        self.custom = custom
    }

    package struct CustomService: Hashable, Codable, Sendable {
        package var service: ServiceID
        package var version: String
        /// Empty: the service's id.
        package var displayName: String
        package var description: String

        package init(service: ServiceID, version: String, displayName: String = "", description: String = "") {
            self.service = service
            self.version = version
            self.displayName = displayName
            self.description = description
        }
    }
}

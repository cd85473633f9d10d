package import ResourceModel

/// Everything a rendering needs, fetched and checked.
package struct PackageFiles: Sendable {
    package var package: PackageDocument
    /// The user's complete values as YAML.
    package var values: String
    /// Path → bytes.
    package var files: [String: [UInt8]]

    package init(package: PackageDocument, values: String, files: [String: [UInt8]]) {
        self.package = package
        self.values = values
        self.files = files
    }

    /// The package's `valuesSchema.openAPIv3`; null when it has none.
    package var schema: Value { package.document[at: "spec", "valuesSchema", "openAPIv3"] ?? .null }
}

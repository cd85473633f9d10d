internal import FleetModel
internal import ResourceModel

/// Everything a rendering needs, fetched and checked.
struct PackageFiles: Sendable {
    var package: PackageDocument
    /// The user's complete values as YAML.
    var values: String
    /// Path → bytes.
    var files: [String: [UInt8]]

    /// The package's `valuesSchema.openAPIv3`; null when it has none.
    var schema: Value { package.document[at: "spec", "valuesSchema", "openAPIv3"] ?? .null }
}

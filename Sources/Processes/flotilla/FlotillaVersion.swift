/// The version of this build.
enum FlotillaVersion {
    static let text = "0.1.0"
}

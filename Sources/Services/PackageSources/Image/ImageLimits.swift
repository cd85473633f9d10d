/// Bounds on the parts of an image that are not its layers.
package enum ImageLimits {
    /// Manifest, index, configuration.
    package static let manifestBytes = 4 * 1024 * 1024
}

package import ResourceModel

/// What a package's template steps came to.
package struct RenderedPackage: Sendable {
    /// In order, as they will be declared.
    package var documents: [Value]
    /// Image references that the package's lock does not pin.
    package var unresolvedImages: [String]
}

/// Why an archive was refused.
package enum ArchiveFailure: Error, Equatable, CustomStringConvertible {
    /// Cut, or not what its format says.
    case damaged(String)
    /// A path or a kind of entry that could reach outside the bundle.
    case forbidden(String)
    /// A bound of `BundleLimits` was reached.
    case tooLarge(String)

    package var description: String {
        switch self {
        case .damaged(let text): "the archive is damaged: \(text)"
        case .forbidden(let text): text
        case .tooLarge(let text): "the archive is too large: \(text)"
        }
    }
}

/// What a place answered instead of the bundle.
enum PlaceFailure: Error, Hashable, Sendable {
    /// It is there and has not got it.
    case absent(String)
    /// It could not be asked; asking again may help.
    case unreachable(String)
    /// It wants other credentials.
    case denied(String)
    /// It has something else than what is wanted: a wrong digest, a damaged archive, one past a limit.
    case refused(String)

    var text: String {
        switch self {
        case .absent(let text), .unreachable(let text), .denied(let text), .refused(let text): text
        }
    }
}

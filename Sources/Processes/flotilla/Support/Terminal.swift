internal import Foundation

/// What the standard streams are connected to.
struct Terminal {
    /// Standard output is a terminal: tables may be redrawn.
    var isLive: Bool
    /// Standard input and error are terminals: a person can be asked.
    var canAsk: Bool
    var paint: Paint

    init(color: ColorChoice, environment: [String: String]) {
        isLive = isatty(STDOUT_FILENO) != 0 && environment["TERM"] != "dumb"
        canAsk = isatty(STDIN_FILENO) != 0 && isatty(STDERR_FILENO) != 0
        switch color {
        case .always: paint = Paint(on: true)
        case .never: paint = Paint(on: false)
        case .auto: paint = Paint(on: isLive && (environment["NO_COLOR"] ?? "").isEmpty)
        }
    }
}

package import FleetModel

/// What the variable `FLOTILLA_FAILPOINTS` asks for: `name=action[@when]`, separated by commas.
///
/// Actions: `panic` (the process is gone at once, as after kill -9), `sleep(milliseconds)`, `error`. `@3` is the third
/// time only, `@3+` from the third time on; without it, every time.
package struct FailpointPlan: Hashable, Sendable {
    package enum Action: Hashable, Sendable {
        case panic
        case sleep(milliseconds: Int)
        case error
    }

    package struct Rule: Hashable, Sendable {
        package var action: Action
        /// Counted from 1.
        package var from = 1
        package var isOnce = false

        package init(action: Action, from: Int = 1, isOnce: Bool = false) {
            self.action = action
            self.from = from
            self.isOnce = isOnce
        }
    }

    package private(set) var rules: [Failpoint: Rule] = [:]

    package init(_ text: String) throws(FleetError) {
        for item in text.split(separator: ",") {
            let parts = item.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw Self.error("\(item) is not name=action") }
            guard let point = Failpoint(rawValue: parts[0]) else { throw Self.error("no failpoint \(parts[0])") }
            guard let rule = Self.rule(parts[1]) else {
                throw Self.error("\(parts[1]) is no action: panic, sleep(milliseconds) or error, then @N or @N+")
            }
            rules[point] = rule
        }
    }

    private static func rule(_ text: String) -> Rule? {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let action = action(parts[0]) else { return nil }
        guard parts.count == 2 else { return Rule(action: action) }
        let isOnce = !parts[1].hasSuffix("+")
        guard let count = Int(isOnce ? parts[1] : String(parts[1].dropLast())), count > 0 else { return nil }
        return Rule(action: action, from: count, isOnce: isOnce)
    }

    private static func action(_ text: String) -> Action? {
        if text == "panic" { return .panic }
        if text == "error" { return .error }
        guard text.hasPrefix("sleep("), text.hasSuffix(")"),
            let milliseconds = Int(text.dropFirst(6).dropLast()), (0...600_000).contains(milliseconds)
        else { return nil }
        return .sleep(milliseconds: milliseconds)
    }

    private static func error(_ reason: String) -> FleetError {
        FleetError(
            .invalidArgument, "FLOTILLA_FAILPOINTS cannot be understood", reason: reason,
            next: "FLOTILLA_FAILPOINTS=list shows every name")
    }
}

/// `KEY=VALUE` of a `--set`, of values and of settings alike: the first `=` parts them.
package struct Assignment: Hashable, Sendable {
    package var key: String
    package var text: String

    package init(_ pair: String) throws(FleetError) {
        guard let sign = pair.firstIndex(of: "=") else {
            throw FleetError(
                .invalidArgument, "--set \(pair) has no value", reason: "expected KEY=VALUE",
                next: "--set \(pair)=VALUE"
            )
        }
        guard sign != pair.startIndex else {
            throw FleetError(
                .invalidArgument, "--set \(pair) has no key", reason: "expected KEY=VALUE", next: "--set KEY\(pair)")
        }
        key = String(pair[..<sign])
        text = String(pair[pair.index(after: sign)...])
    }
}

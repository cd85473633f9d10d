package import FleetModel

/// The refusal to lose data, in the same words from the coordinator's precheck and from the agent's own check
/// (contract C5).
package enum DataLoss {
    /// Claims named in one message; the rest are counted.
    private static let shown = 8

    package static func refusal(
        _ lost: [DataInventory.Claim], key: InstallKey, next: String
    ) -> FleetError {
        let named = lost.prefix(shown).map { "\($0.name) (\($0.size))" }.joined(separator: ", ")
        let more = lost.count > shown ? " and \(lost.count - shown) more" : ""
        return FleetError(
            .refused, "\(key): this would delete or orphan data: \(named)\(more)",
            reason: """
                \(lost.count == 1 ? "1 claim" : "\(lost.count) claims"), \(total(lost.map(\.size))) in \
                all; data is never deleted without consent that names the install
                """,
            next: next)
    }

    /// The sum of quantities in the biggest binary unit that divides it; unreadable sizes count as nothing.
    package static func total(_ sizes: [String]) -> String {
        let sum = sizes.compactMap { Quantity($0)?.roundedUp }.reduce(Int64(0)) { total, size in
            let (result, overflow) = total.addingReportingOverflow(size)
            return overflow ? Int64.max : result
        }
        return Quantity(bytes: sum).description
    }
}

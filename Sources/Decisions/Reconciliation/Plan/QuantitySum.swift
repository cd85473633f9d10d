internal import ResourceModel

/// Sizes of volumes as numbers and back.
enum QuantitySum {
    /// Bytes of a quantity, rounded up; nil when it is none.
    static func bytes(_ text: String) -> Int64? { Quantity(text)?.roundedUp }

    /// The sum in the biggest binary unit that divides it; unreadable sizes count as nothing.
    static func total(_ sizes: [String]) -> String { DataLoss.total(sizes) }
}

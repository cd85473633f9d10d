internal import FleetModel
internal import ResourceModel

/// One column of a table answer.
struct TableColumn: Sendable {
    var name: String
    var type: String
    var format: String
    /// Shown with `-o wide` only.
    var isWide: Bool
    /// What a CRD says of its column; nil = the field's own text.
    var description: String?
    var cell: @Sendable (Value, Timestamp) -> Value

    init(
        _ name: String, type: String = "string", format: String = "", isWide: Bool = false,
        _ cell: @escaping @Sendable (Value, Timestamp) -> Value
    ) {
        self.name = name
        self.type = type
        self.format = format
        self.isWide = isWide
        self.cell = cell
    }

    static let name = TableColumn("Name", format: "name") { object, _ in .string(object.objectName) }
    static let age = TableColumn("Age") { object, now in
        .string(Age.text(object.metadata["creationTimestamp"]?.stringValue, now))
    }
}

internal import FleetModel
internal import ResourceModel

/// Columns a CRD declares.
extension TableColumns {
    static func customColumns(_ custom: ResourceDefinition.CustomResource) -> [TableColumn] {
        guard !custom.printerColumns.isEmpty else { return [.age] }
        return custom.printerColumns.map { column in
            let path = SimplePath(column["jsonPath"]?.stringValue ?? "")
            let type = column["type"]?.stringValue ?? "string"
            var made = TableColumn(
                column["name"]?.stringValue ?? "", type: type, format: column["format"]?.stringValue ?? "",
                isWide: column["priority"]?.intValue ?? 0 > 0
            ) { object, now in
                guard let found = path.first(in: object), !found.isNull else { return .null }
                switch type {
                case "date": return .string(Age.text(found.stringValue, now))
                case "integer", "number", "boolean": return found
                default: return found.stringValue != nil ? found : .string(JSONWriter.text(found))
                }
            }
            made.description =
                column["description"]?.stringValue
                ?? "Custom resource definition column (in JSONPath format): \(column["jsonPath"]?.stringValue ?? "")"
            return made
        }
    }
}

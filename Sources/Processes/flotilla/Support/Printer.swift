internal import FleetModel
internal import ResourceModel

/// Prints documents in the format asked for; tables are made by the caller.
enum Printer {
    /// Several documents of one kind.
    static func list(
        _ kind: String, _ items: [Value], names: @autoclosure () -> [String], format: OutputFormat,
        table: () -> String
    ) {
        switch format {
        case .table, .wide: Console.data(table())
        case .json: Console.data(JSONWriter.pretty(Documents.list(kind, items)))
        case .yaml: Console.data(YAMLWriter.text(Documents.list(kind, items)))
        case .jsonl: for item in items { Console.data(JSONWriter.text(item)) }
        case .name: for name in names() { Console.data(name) }
        }
    }

    static func one(
        _ document: Value, name: @autoclosure () -> String, format: OutputFormat, table: () -> String
    ) {
        switch format {
        case .table, .wide: Console.data(table())
        case .json: Console.data(JSONWriter.pretty(document))
        case .yaml: Console.data(YAMLWriter.text(document))
        case .jsonl: Console.data(JSONWriter.text(document))
        case .name: Console.data(name())
        }
    }

    /// The answer to a command that made no task.
    static func reply(_ reply: CommandReply, format: OutputFormat) {
        for warning in reply.warnings { Console.talk("warning: \(warning)") }
        one(Documents.reply(reply), name: reply.task.map { "task/\($0)" } ?? "", format: format) {
            reply.lines.joined(separator: "\n")
        }
    }
}

/// Prints a tree with the file and line of each node before it.
struct PositionPrinter {
    private var width = 0
    private var out = ""

    static func print(_ documents: [YAMLNode]) -> String {
        var printer = PositionPrinter()
        for document in documents { printer.document(document) }
        return printer.out
    }

    private mutating func pad(_ text: String) -> String {
        if text.count > width { width = text.count + 10 }
        return String(repeating: " ", count: max(0, width - text.count)) + text + " | "
    }

    private mutating func line(_ position: Position) -> String { position.isKnown ? pad(position.compact) : "" }

    private mutating func document(_ node: YAMLNode) {
        out += line(node.position) + "[doc]\n"
        value(node.value, "  ")
    }

    private static func leaf(_ value: YAMLValue) -> String? {
        value.node == nil ? String(YAMLPrinter.print(value).dropLast()) : nil
    }

    private mutating func value(_ value: YAMLValue, _ indent: String) {
        guard let node = value.node else {
            out += pad("") + indent + (Self.leaf(value) ?? "") + "\n"
            return
        }
        for (place, item) in node.items.enumerated() {
            let isMap = node.kind == .map
            let head = line(item.position) + indent + (isMap ? YAMLConversion.keyText(item.key) + ":" : "[\(place)]")
            if let leaf = Self.leaf(item.value), !leaf.contains("\n") {
                out += "\(head) \(leaf)\n"
            } else {
                out += head + "\n"
                self.value(item.value, indent + "  ")
            }
        }
    }
}

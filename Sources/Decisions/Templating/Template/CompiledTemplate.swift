/// A template as a Starlark program and the nodes it refers to by number.
struct CompiledTemplate {
    enum Prototype {
        case yaml(YAMLNode)
        case text(TextNode)
    }

    struct Entry {
        var prototype: Prototype
        /// Number of the parent; -1 for a root.
        var parent: Int
        /// Nothing below is computed: taken as it stands.
        var isConstant = false
        /// Places of annotations by name.
        var annotations: [String: Position] = [:]
    }

    let file: String
    var lines: [TemplateLine] = []
    var nodes: [Entry] = []
    let instructions: TemplateInstructions

    init(file: String, number: Int) {
        self.file = file
        instructions = TemplateInstructions(number: number)
        // ytt counts nodes from 1; the first entry stands for none.
        nodes = [Entry(prototype: .text(TextNode(isRoot: true)), parent: -1)]
    }

    mutating func add(_ prototype: Prototype, parent: Int) -> Int {
        nodes.append(Entry(prototype: prototype, parent: parent))
        return nodes.count - 1
    }

    mutating func emit(_ code: String, _ source: SourceLine? = nil) {
        lines.append(TemplateLine(code: code, source: source))
    }

    /// Pure Starlark.
    static func starlark(_ text: String, file: SourceFile, number: Int) -> CompiledTemplate {
        var template = CompiledTemplate(file: file.name, number: number)
        for (index, line) in file.lines.enumerated() {
            let position = Position(line: index + 1, source: file)
            template.emit(line, SourceLine(position: position, content: line))
        }
        return template
    }

    /// The program; lines lose their indentation unless the line before continues.
    var program: String {
        var result = ""
        var continued = false
        for (number, line) in lines.enumerated() {
            if number > 0 { result += "\n" }
            let code = continued ? Substring(line.code) : line.code.drop { $0.isWhitespace }
            continued = code.utf8.last == UInt8(ascii: "\\")
            result += code
        }
        return result
    }
}

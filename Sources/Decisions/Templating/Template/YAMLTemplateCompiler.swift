/// Turns a YAML tree with `#@` comments into a program.
struct YAMLTemplateCompiler {
    private var template: CompiledTemplate
    private let options: TemplateOptions
    private let source: SourceFile

    static func compile(
        _ documents: YAMLNode, source: SourceFile, number: Int, options: TemplateOptions
    ) throws(TemplateError) -> CompiledTemplate {
        var compiler = YAMLTemplateCompiler(
            template: CompiledTemplate(file: source.name, number: number), options: options, source: source)
        compiler.resetContext()
        compiler.template.emit(compiler.template.instructions.startContext(.yaml))
        try compiler.build(.node(documents), parent: nil, parentTag: -1, textStrings: false)
        compiler.template.emit(compiler.template.instructions.endContextNone)
        return compiler.template
    }

    private init(template: CompiledTemplate, options: TemplateOptions, source: SourceFile) {
        self.template = template
        self.options = options
        self.source = source
    }

    private mutating func resetContext() {
        template.emit(template.instructions.setContextType(.yaml))
    }

    private func sourceLine(_ position: Position) -> SourceLine? {
        guard position.isKnown, position.line <= source.lines.count else { return nil }
        return SourceLine(position: position, content: source.line(position.line))
    }

    private mutating func build(
        _ value: YAMLValue, parent: YAMLNode?, parentTag: Int, textStrings: Bool
    ) throws(TemplateError) {
        guard let node = value.node else {
            if let parent, let text = value.string, textStrings {
                try buildString(text, node: parent) { $0.setNode(parentTag, code: $1) }
            } else {
                template.emit(
                    template.instructions.setNode(parentTag) + Self.remark(parent),
                    parent.flatMap { sourceLine($0.position) })
            }
            return
        }
        if !textStrings, !options.implicitMapKeyOverrides, Self.isConstant(node) {
            let tag = template.add(.yaml(node), parent: parentTag)
            template.nodes[tag].isConstant = true
            template.emit(template.instructions.startNode(tag) + Self.remark(node), sourceLine(node.position))
            return
        }
        let metas = try TemplateMetas(node, ignoreUnknown: options.ignoreUnknownComments)
        let tag = template.add(.yaml(node), parent: parentTag)
        let textStrings = textStrings || metas.hasTextTemplatedStrings
        for code in metas.code { template.emit(code.text, sourceLine(code.position)) }
        for (annotation, position) in metas.annotations {
            template.nodes[tag].annotations[annotation.name] = position
            template.emit(
                template.instructions.annotate(tag, annotation.name, annotation.content), sourceLine(position))
        }
        if node.kind == .mapItem, options.implicitMapKeyOverrides,
            !metas.annotations.contains(where: { $0.annotation.name == "yaml/map-key-override" })
        {
            template.emit(template.instructions.annotate(tag, "yaml/map-key-override", ""), sourceLine(node.position))
        }
        if node.kind == .mapItem, let key = node.key.string, textStrings {
            try buildString(key, node: node) { $0.setKey(tag, code: $1) }
        }
        template.emit(template.instructions.startNode(tag) + Self.remark(node), sourceLine(node.position))
        if metas.values.isEmpty {
            if node.holdsValue {
                try build(node.value, parent: node, parentTag: tag, textStrings: textStrings)
            } else {
                for item in node.items {
                    try build(.node(item), parent: node, parentTag: tag, textStrings: textStrings)
                }
            }
        } else {
            for value in metas.values {
                template.emit(template.instructions.setNode(tag, code: value.text), sourceLine(value.position))
            }
        }
        if metas.needsEnd { template.emit("end") }
    }

    /// What an instruction is about, as ytt notes it: shown where a message points at generated code.
    private static func remark(_ node: YAMLNode?) -> String {
        guard let node else { return "" }
        switch node.kind {
        case .mapItem:
            // A line break in a key would end the remark.
            let key = node.key.goText.split(whereSeparator: \.isNewline).joined(separator: " ")
            return " # \(node.goType) key=\(key)"
        case .arrayItem: return " # \(node.goType) idx=?"
        default: return " # \(node.goType)"
        }
    }

    /// A string as a text template of its own.
    private mutating func buildString(
        _ text: String, node: YAMLNode, instruction: (TemplateInstructions, String) -> String
    ) throws(TemplateError) {
        let pieces = try TextTemplateParser.parse(text, start: node.position)
        let first = template.lines.count
        TextTemplateCompiler.compile(pieces, into: &template)
        template.lines[template.lines.count - 1] = TemplateLine(
            code: instruction(template.instructions, template.instructions.endContext),
            source: sourceLine(node.position))
        resetContext()
        for index in first..<template.lines.count {
            guard let inner = template.lines[index].source, var whole = sourceLine(inner.position) else { continue }
            whole.selected = (inner.position, inner.content)
            template.lines[index].source = whole
        }
    }

    /// No comments but `#!`, and no key twice: the tree needs no evaluation.
    private static func isConstant(_ node: YAMLNode) -> Bool {
        if !node.comments.isEmpty { return false }
        if let child = node.value.node { return isConstant(child) }
        if node.kind == .map, node.items.count > 1 {
            var seen = Set<String>()
            for item in node.items where !seen.insert(YAMLConversion.keyText(item.key)).inserted { return false }
        }
        return node.items.allSatisfy(isConstant)
    }
}

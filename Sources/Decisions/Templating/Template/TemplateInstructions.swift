/// The functions a template's program calls; numbered so that templates do not mix.
struct TemplateInstructions {
    let prefix: String

    init(number: Int) { prefix = "__ytt_tpl\(number)_" }

    func setContextType(_ dialect: TemplateDialect) -> String { "\(prefix)set_ctx_type(\"\(dialect.rawValue)\")" }
    func startContext(_ dialect: TemplateDialect) -> String { "\(prefix)start_ctx(\"\(dialect.rawValue)\")" }
    var endContext: String { "\(prefix)end_ctx()" }
    var endContextNone: String { "\(prefix)end_ctx(None)" }
    func startNode(_ tag: Int) -> String { "\(prefix)start_node(\(tag))" }
    func setNode(_ tag: Int) -> String { "\(prefix)set_node(\(tag))" }
    func setNode(_ tag: Int, code: String) -> String { "\(prefix)set_node(\(tag), (\(code)))" }
    func setKey(_ tag: Int, code: String) -> String { "\(prefix)set_map_item_key(\(tag), (\(code)))" }

    func annotate(_ tag: Int, _ name: String, _ code: String) -> String {
        let quoted = StarlarkValue.quoted(name)
        return "\(prefix)start_node_annotation(\(tag), \(quoted), \(prefix)collect_node_annotation(\(code)))"
    }
}

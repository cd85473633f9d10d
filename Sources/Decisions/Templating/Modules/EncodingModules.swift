import ResourceModel

/// `@ytt:base64`, `@ytt:json`, `@ytt:yaml`, `@ytt:toml`, `@ytt:md5`, `@ytt:sha256`.
enum EncodingModules {
    static func base64() -> StarlarkValue {
        StarlarkStruct.module([
            (
                "encode",
                YttModules.function("base64.encode") { (_, args, kwargs) throws(TemplateError) in
                    let text = try YttModules.string(try YttModules.one(args))
                    let options = try base64Options(kwargs)
                    return .string(Base64.encode(Array(text.utf8), urlSafe: options.url, padded: options.padded))
                }
            ),
            (
                "decode",
                YttModules.function("base64.decode") { (_, args, kwargs) throws(TemplateError) in
                    let text = try YttModules.string(try YttModules.one(args))
                    let options = try base64Options(kwargs)
                    guard let bytes = Base64.decode(text, urlSafe: options.url, padded: options.padded) else {
                        throw TemplateError("illegal base64 data at input byte \(text.utf8.count)")
                    }
                    return .string(String(decoding: bytes, as: UTF8.self))
                }
            ),
        ])
    }

    private static func base64Options(_ kwargs: StarlarkValue.Keywords) throws(TemplateError) -> (
        url: Bool, padded: Bool
    ) {
        var result = (url: false, padded: true)
        for (name, value) in kwargs {
            switch name {
            case "url": result.url = try YttModules.bool(value)
            case "raw": result.padded = !(try YttModules.bool(value))
            case "strict": _ = try YttModules.bool(value)
            case "encoding":
                let encoding = try YttModules.string(value)
                guard ["std", "url"].contains(encoding) else {
                    throw TemplateError("Unknown encoding: \(encoding)")
                }
                result.url = encoding == "url"
            case "padding": result.padded = value.truth
            default: throw TemplateError("unexpected keyword argument: \(name)")
            }
        }
        return result
    }

    static func digest(_ name: String) -> StarlarkValue {
        StarlarkStruct.module([
            (
                "sum",
                YttModules.function("\(name).sum") { (_, args, _) throws(TemplateError) in
                    let bytes = Array(try YttModules.string(try YttModules.one(args)).utf8)
                    return .string(
                        FormatDigest.hex(name == "md5" ? FormatDigest.md5(bytes) : FormatDigest.sha256(bytes)))
                }
            )
        ])
    }

    static func json() -> StarlarkValue {
        StarlarkStruct.module([
            (
                "encode",
                YttModules.function("json.encode") { (_, args, kwargs) throws(TemplateError) in
                    let value = try YAMLConversion.value(of: try YttModules.one(args))
                    try YttModules.check(kwargs, ["indent", "escape_html"])
                    var indent = 0
                    var escape = false
                    for (name, option) in kwargs {
                        if name == "escape_html" { escape = try YttModules.bool(option) }
                        if name == "indent" { indent = try YttModules.int(option) }
                    }
                    guard (0...8).contains(indent) else {
                        throw TemplateError("indent value must be between 0 and 8")
                    }
                    return .string(try JSONText.encode(value, indent: indent, escapeHTML: escape))
                }
            ),
            (
                "decode",
                YttModules.function("json.decode") { (_, args, _) throws(TemplateError) in
                    try YAMLConversion.plain(try JSONText.decode(try YttModules.string(try YttModules.one(args))))
                }
            ),
        ])
    }

    static func yaml() -> StarlarkValue {
        StarlarkStruct.module([
            (
                "encode",
                YttModules.function("yaml.encode") { (_, args, _) throws(TemplateError) in
                    .string(YAMLPrinter.print(try YAMLConversion.value(of: try YttModules.one(args))))
                }
            ),
            (
                "decode",
                YttModules.function("yaml.decode") { (thread, args, _) throws(TemplateError) in
                    let text = try YttModules.string(try YttModules.one(args))
                    let set = try YAMLReader.read(text, name: "", withComments: false, limits: thread.session.limits)
                    return try YAMLConversion.plain(set.items.first?.value ?? .null)
                }
            ),
        ])
    }

    static func toml() -> StarlarkValue {
        StarlarkStruct.module([
            (
                "encode",
                YttModules.function("toml.encode") { (_, args, kwargs) throws(TemplateError) in
                    let value = try YAMLConversion.value(of: try YttModules.one(args))
                    try YttModules.check(kwargs, ["indent"])
                    let indent = try kwargs.first.map { (option) throws(TemplateError) in
                        try YttModules.int(option.value)
                    }
                    return .string(try TOMLText.encode(value, indent: min(indent ?? 0, 64)))
                }
            ),
            (
                "decode",
                YttModules.function("toml.decode") { (_, args, _) throws(TemplateError) in
                    try YAMLConversion.plain(try TOMLReader.decode(try YttModules.string(try YttModules.one(args))))
                }
            ),
        ])
    }
}

internal import ResourceModel

/// An OpenAPI v2 document as the protobuf message kubectl asks for (gnostic's `openapi.v2.Document`).
///
/// It is asked for by a media type with an `@`, which is none; the API server, too, answers with a point there.
enum OpenAPIMessage {
    static let contentType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"

    static func bytes(_ document: Value) -> [UInt8] {
        var message = ProtobufWriter()
        message.text(1, document["swagger"])
        message.message(2) { info in
            info.text(1, document[at: "info", "title"])
            info.text(2, document[at: "info", "version"])
        }
        message.message(8) { paths in
            for (path, item) in sorted(document["paths"]) {
                paths.message(2) { named in
                    named.text(1, .string(path))
                    named.message(2) { $0.message(8) { operation(&$0, item["patch"] ?? [:]) } }
                }
            }
        }
        message.message(9) { definitions in
            for (name, schema) in sorted(document["definitions"]) {
                definitions.message(1) { named in
                    named.text(1, .string(name))
                    named.message(2) { Self.schema(&$0, schema) }
                }
            }
        }
        return message.bytes
    }

    private static func sorted(_ value: Value?) -> [(String, Value)] {
        (value?.objectValue ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private static func operation(
        _ message: inout ProtobufWriter, _ operation: Value
    ) {
        for parameter in operation["parameters"]?.arrayValue ?? [] {
            // ParametersItem.parameter → Parameter.non_body_parameter → query_parameter_sub_schema
            message.message(8) { item in
                item.message(1) { parameterMessage in
                    parameterMessage.message(2) { nonBody in
                        nonBody.message(3) { query in
                            query.text(2, parameter["in"])
                            query.text(4, parameter["name"])
                            query.text(6, parameter["type"])
                        }
                    }
                }
            }
        }
        message.message(9) { responses in
            responses.message(1) { named in
                named.text(1, "200")
                named.message(2) { value in value.message(1) { response in response.text(1, "OK") } }
            }
        }
        extensions(&message, 13, operation)
    }

    private static func extensions(_ message: inout ProtobufWriter, _ number: Int, _ value: Value) {
        for (name, content) in sorted(value) where name.hasPrefix("x-") {
            message.message(number) { named in
                named.text(1, .string(name))
                named.message(2) { any in any.text(2, .string(YAMLWriter.text(content))) }
            }
        }
    }

    private static func schema(_ message: inout ProtobufWriter, _ schema: Value) {
        message.text(1, schema["$ref"])
        message.text(2, schema["format"])
        message.text(4, schema["description"])
        for name in schema["required"]?.arrayValue ?? [] { message.text(19, name) }
        if let additional = schema["additionalProperties"] {
            message.message(21) { item in item.message(1) { Self.schema(&$0, additional) } }
        }
        if let type = schema["type"] { message.message(22) { $0.text(1, type) } }
        if let items = schema["items"] {
            message.message(23) { item in item.message(1) { Self.schema(&$0, items) } }
        }
        if schema["properties"] != nil {
            message.message(25) { properties in
                for (name, property) in sorted(schema["properties"]) {
                    properties.message(1) { named in
                        named.text(1, .string(name))
                        named.message(2) { Self.schema(&$0, property) }
                    }
                }
            }
        }
        extensions(&message, 31, schema)
    }
}

internal import ResourceModel

/// A request body read as data.
struct RequestBody {
    var value: Value
    /// Dotted paths of keys that stood twice.
    var duplicates: [String]

    /// Reads an object for create, update or delete.
    init(_ call: APICall) throws(APIStatus) {
        try self.init(call.request.body, contentType: call.contentType, kind: call.resource.kind)
    }

    init(_ body: [UInt8], contentType: String, kind: String) throws(APIStatus) {
        switch contentType {
        case "", "application/json", "application/yaml", "application/apply-patch+yaml",
            "application/vnd.kubernetes.protobuf":
            break
        default:
            throw APIStatus(
                415, "UnsupportedMediaType",
                "the body of the request was in an unknown format - accepted media types include: "
                    + "application/json, application/yaml, application/vnd.kubernetes.protobuf")
        }
        if contentType == "application/vnd.kubernetes.protobuf" {
            value = try ProtobufObject.read(body)
            duplicates = []
            return
        }
        let first = body.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        if contentType.hasSuffix("yaml"), first != 0x7B {
            guard !Self.isNestedTooDeep(body) else {
                throw Self.unrecognized(kind, "yaml: exceeded max depth of 10000", body: Self.hexadecimal(body))
            }
            do {
                value = try YAMLDocuments.readOne(String(decoding: body, as: UTF8.self))
                duplicates = []
            } catch {
                // Go's YAML library counts lines from 0 where its parser, not its scanner, gives up.
                var told = error
                if told.message.hasPrefix("did not find expected"), let line = told.line, line > 1 {
                    told.line = line - 1
                }
                throw Self.unrecognized(kind, "yaml: \(told)", body: Self.hexadecimal(body))
            }
            return
        }
        do {
            let read = try JSONReader.readNotingDuplicates(body)
            value = read.value
            duplicates = read.duplicates
        } catch {
            let atEnd = error.offset >= body.count
            throw Self.unrecognized(
                kind, "json parse error: " + (atEnd ? "unexpected end of JSON input" : error.message),
                body: String(decoding: body.prefix(512), as: UTF8.self))
        }
        guard value.objectValue != nil else {
            throw Self.unrecognized(
                kind,
                "json parse error: json: cannot unmarshal \(value.typeName) into Go value of type "
                    + "struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; "
                    + "Kind string \"json:\\\"kind,omitempty\\\"\" }",
                body: String(decoding: body.prefix(512), as: UTF8.self))
        }
    }

    /// Levels a YAML body may open on one line or by brackets; the parser needs stack for each.
    private static let deepestYAML = 2000

    /// A rough look, so that the parser is never sent into the depth: brackets, and `- ` or `? ` at a line's start.
    private static func isNestedTooDeep(_ body: [UInt8]) -> Bool {
        var brackets = 0
        var indicators = 0
        var isAtStart = true
        for byte in body {
            switch byte {
            case 0x5B, 0x7B: brackets += 1
            case 0x5D, 0x7D: brackets = max(0, brackets - 1)
            default: break
            }
            switch byte {
            case 0x0A:
                indicators = 0
                isAtStart = true
            case 0x2D, 0x3F, 0x3A: if isAtStart { indicators += 1 }
            case 0x20, 0x09: break
            default: isAtStart = false
            }
            if brackets > deepestYAML || indicators > deepestYAML { return true }
        }
        return false
    }

    private static func unrecognized(_ kind: String, _ error: String, body: String) -> APIStatus {
        let prefix = error.hasPrefix("yaml") ? error : "couldn't get version/kind; \(error)"
        return .badRequest("the object provided is unrecognized (must be of type \(kind)): \(prefix) (\(body))")
    }

    /// The first bytes in hexadecimal, as the API server quotes what it cannot print.
    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.prefix(512).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

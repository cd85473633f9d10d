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

    private static func unrecognized(_ kind: String, _ error: String, body: String) -> APIStatus {
        let prefix = error.hasPrefix("yaml") ? error : "couldn't get version/kind; \(error)"
        return .badRequest("the object provided is unrecognized (must be of type \(kind)): \(prefix) (\(body))")
    }

    /// The first bytes in hexadecimal, as the API server quotes what it cannot print.
    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.prefix(512).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

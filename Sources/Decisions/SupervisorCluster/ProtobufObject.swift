internal import ResourceModel

/// Bodies in Kubernetes' protobuf envelope, which `kubectl create namespace` and its like send since 1.32.
///
/// Namespaces, ConfigMaps, Secrets and ServiceAccounts are understood: the kinds whose generators people use by hand.
/// Everything else is refused with 415, as a server without protobuf does.
enum ProtobufObject {
    private static let magic: [UInt8] = [0x6B, 0x38, 0x73, 0x00]

    static func read(_ body: [UInt8]) throws(APIStatus) -> Value {
        guard body.starts(with: magic), let unknown = fields(body.dropFirst(4)),
            let type = unknown.first(where: { $0.number == 1 }).flatMap({ fields($0.bytes) }),
            let raw = unknown.first(where: { $0.number == 2 })
        else { throw refusal("the body is not in Kubernetes' protobuf envelope") }
        let apiVersion = text(type, 1)
        let kind = text(type, 2)
        guard let content = fields(raw.bytes) else { throw refusal("the \(kind) in the body cannot be read") }
        var object: [String: Value] = ["apiVersion": .string(apiVersion), "kind": .string(kind)]
        if let metadata = content.first(where: { $0.number == 1 }) {
            object["metadata"] = self.metadata(metadata.bytes)
        }
        switch (apiVersion, kind) {
        case ("v1", "Namespace"), ("v1", "ServiceAccount"): break
        case ("v1", "ConfigMap"):
            object["data"] = map(content, 2) { .string(String(decoding: $0, as: UTF8.self)) }
            object["binaryData"] = map(content, 3) { .string(Base64.encode(Array($0))) }
        case ("v1", "Secret"):
            object["data"] = map(content, 2) { .string(Base64.encode(Array($0))) }
            object["stringData"] = map(content, 4) { .string(String(decoding: $0, as: UTF8.self)) }
            if !text(content, 3).isEmpty { object["type"] = .string(text(content, 3)) }
        case ("meta.k8s.io/v1", "DeleteOptions"), ("v1", "DeleteOptions"):
            if !text(content, 4).isEmpty { object["propagationPolicy"] = .string(text(content, 4)) }
            object["metadata"] = nil
        default:
            throw refusal("\(kind) in \(apiVersion) is accepted as JSON or YAML only")
        }
        return .object(object)
    }

    private static func refusal(_ why: String) -> APIStatus {
        APIStatus(
            415, "UnsupportedMediaType",
            "the body of the request was in an unsupported format: \(why); send application/json or application/yaml")
    }

    private struct Field {
        var number: Int
        var bytes: ArraySlice<UInt8>
    }

    /// Length-delimited fields in order; numbers are skipped. Nil when the bytes are no message.
    private static func fields(_ bytes: ArraySlice<UInt8>) -> [Field]? {
        var rest = bytes
        var found: [Field] = []
        while !rest.isEmpty {
            guard let tag = varint(&rest) else { return nil }
            switch tag & 7 {
            case 0: guard varint(&rest) != nil else { return nil }
            case 1:
                guard rest.count >= 8 else { return nil }
                rest = rest.dropFirst(8)
            case 2:
                guard let length = varint(&rest), length <= UInt64(rest.count) else { return nil }
                found.append(Field(number: Int(clamping: tag >> 3), bytes: rest.prefix(Int(length))))
                rest = rest.dropFirst(Int(length))
            case 5:
                guard rest.count >= 4 else { return nil }
                rest = rest.dropFirst(4)
            default: return nil
            }
        }
        return found
    }

    private static func varint(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let byte = bytes.popFirst() else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
        }
        return nil
    }

    private static func text(_ fields: [Field], _ number: Int) -> String {
        fields.first { $0.number == number }.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
    }

    private static func map(
        _ fields: [Field], _ number: Int, _ value: (ArraySlice<UInt8>) -> Value
    ) -> Value? {
        var found: [String: Value] = [:]
        for field in fields where field.number == number {
            guard let entry = self.fields(field.bytes) else { continue }
            found[text(entry, 1)] = value(entry.first { $0.number == 2 }?.bytes ?? [])
        }
        return found.isEmpty ? nil : .object(found)
    }

    private static func metadata(_ bytes: ArraySlice<UInt8>) -> Value {
        let fields = fields(bytes) ?? []
        var metadata: [String: Value] = [:]
        for (number, key) in [(1, "name"), (2, "generateName"), (3, "namespace")] where !text(fields, number).isEmpty {
            metadata[key] = .string(text(fields, number))
        }
        metadata["labels"] = map(fields, 11) { .string(String(decoding: $0, as: UTF8.self)) }
        metadata["annotations"] = map(fields, 12) { .string(String(decoding: $0, as: UTF8.self)) }
        return .object(metadata)
    }
}

internal import ResourceModel

/// Bodies in Kubernetes' protobuf envelope, which kubectl's generators send since 1.32.
///
/// The kinds of `ProtobufFields` are understood, with every field clients fill in; a body with another kind or another
/// field is refused with 415, never read in part.
enum ProtobufObject {
    private static let magic: [UInt8] = [0x6B, 0x38, 0x73, 0x00]
    /// Levels a message may be nested; the kinds need some fifteen.
    private static let deepest = 40

    private struct Unreadable: Error {
        var why: String
    }

    static func read(_ body: [UInt8]) throws(APIStatus) -> Value {
        do throws(Unreadable) {
            guard body.starts(with: magic) else { throw Unreadable(why: "no protobuf envelope of Kubernetes") }
            let envelope = try ProtobufMessage(body.dropFirst(4))
            let type = try ProtobufMessage(envelope.bytes(1))
            let apiVersion = String(decoding: type.bytes(1), as: UTF8.self)
            let kind = String(decoding: type.bytes(2), as: UTF8.self)
            guard ProtobufFields.rows[kind] != nil else {
                throw Unreadable(why: "\(kind) in \(apiVersion) is accepted as JSON or YAML only")
            }
            var object = try structure(kind, ProtobufMessage(envelope.bytes(2)), depth: 0, apiVersion)
            object["apiVersion"] = .string(apiVersion)
            object["kind"] = .string(kind)
            return .object(object)
        } catch {
            throw APIStatus(
                415, "UnsupportedMediaType",
                "the body of the request was in an unsupported format: \(error.why); send application/json or "
                    + "application/yaml")
        }
    }

    /// Fields Go writes though nobody set them: they are left out when they hold nothing.
    private static let always: Set<String> = [
        "automountServiceAccountToken", "immutable", "suspend", "controller", "blockOwnerDeletion", "replicas",
        "orphanDependents", "parallelism", "completions", "backoffLimit", "gracePeriodSeconds", "value",
        "ttlSecondsAfterFinished", "successfulJobsHistoryLimit", "failedJobsHistoryLimit", "revisionHistoryLimit",
        "terminationGracePeriodSeconds", "selector", "startingDeadlineSeconds",
    ]

    private static func structure(
        _ name: String, _ message: ProtobufMessage, depth: Int, _ apiVersion: String, shownIn owner: String? = nil
    ) throws(Unreadable) -> [String: Value] {
        guard depth < deepest else { throw Unreadable(why: "nested too deep") }
        guard let numbers = ProtobufFields.rows["\(apiVersion).\(name)"] ?? ProtobufFields.rows[name],
            let types = KindFields.rows[owner ?? name]
        else {
            if message.fields.isEmpty { return [:] }
            throw Unreadable(why: "\(name) is accepted as JSON or YAML only")
        }
        var object: [String: Value] = [:]
        for field in message.fields {
            guard let key = numbers[field.number] else {
                // A status, times and managed fields are the server's: what clients say of them is nothing.
                if field.isEmpty || isServers(field.number, name) { continue }
                throw Unreadable(why: "field \(field.number) of \(name) is accepted as JSON or YAML only")
            }
            if key.hasPrefix("~") {
                let inner = try structure(
                    String(key.dropFirst()), ProtobufMessage(field.bytes), depth: depth + 1, apiVersion,
                    shownIn: name)
                object.merge(inner) { $1 }
                continue
            }
            guard let type = types[key] else { throw Unreadable(why: "\(name).\(key)") }
            let isBytes =
                name == "Secret" && key == "data" || key == "binaryData"
                || name.hasPrefix("CertificateSigningRequest") && ["certificate", "request"].contains(key)
            try add(field, type, key, to: &object, isBytes: isBytes, depth: depth, apiVersion)
        }
        return object
    }

    private static func isServers(_ number: Int, _ name: String) -> Bool {
        switch name {
        case "CertificateSigningRequestCondition": [4, 5].contains(number)
        case "ObjectMeta": [4, 7, 8, 9, 10, 15, 17].contains(number)
        default: number == 3 && KindFields.rows[name]?["status"] != nil || number == 2 && name == "SelfSubjectReview"
        }
    }

    private static func add(
        _ field: ProtobufMessage.Field, _ type: KindFields.FieldType, _ key: String, to object: inout [String: Value],
        isBytes: Bool, depth: Int, _ apiVersion: String
    ) throws(Unreadable) {
        switch type {
        case .list(let element):
            let item = try value(field, element, isBytes: isBytes, depth: depth, apiVersion)
            object[key] = .array((object[key]?.arrayValue ?? []) + [item])
        case .map(let element):
            let entry = try ProtobufMessage(field.bytes)
            let content = entry.fields.last { $0.number == 2 } ?? ProtobufMessage.Field(number: 2)
            var map = object[key]?.objectValue ?? [:]
            map[String(decoding: entry.bytes(1), as: UTF8.self)] = try value(
                content, element, isBytes: isBytes, depth: depth, apiVersion)
            object[key] = .object(map)
        default:
            let read = try value(field, type, isBytes: isBytes, depth: depth, apiVersion)
            let isNothing = read == "" || read == 0 || read == false || read == .object([:])
            if !isNothing || always.contains(key) { object[key] = read }
        }
    }

    private static func value(
        _ field: ProtobufMessage.Field, _ type: KindFields.FieldType, isBytes: Bool, depth: Int, _ apiVersion: String
    ) throws(Unreadable) -> Value {
        switch type {
        case .text:
            return .string(isBytes ? Base64.encode(Array(field.bytes)) : String(decoding: field.bytes, as: UTF8.self))
        case .int32: return .int(Int64(Int32(truncatingIfNeeded: field.number64)))
        case .int64: return .int(Int64(bitPattern: field.number64))
        case .bool: return .bool(field.number64 != 0)
        case .textOrNumber: return try textOrNumber(ProtobufMessage(field.bytes))
        case .structure(let name):
            return .object(try structure(name, ProtobufMessage(field.bytes), depth: depth + 1, apiVersion))
        case .anything, .list, .map: throw Unreadable(why: "a field of any type is accepted as JSON or YAML only")
        }
    }

    /// A `Quantity` (one text) or an `IntOrString` (which of both, the number, the text).
    private static func textOrNumber(_ message: ProtobufMessage) throws(Unreadable) -> Value {
        guard let first = message.fields.first(where: { $0.number == 1 }) else { return 0 }
        if first.isText { return .string(String(decoding: first.bytes, as: UTF8.self)) }
        if first.number64 == 1 { return .string(String(decoding: message.bytes(3), as: UTF8.self)) }
        let number = message.fields.last { $0.number == 2 }?.number64 ?? 0
        return .int(Int64(Int32(truncatingIfNeeded: number)))
    }

    /// The fields of one message in order.
    private struct ProtobufMessage {
        struct Field {
            var number: Int
            var number64: UInt64 = 0
            var bytes: ArraySlice<UInt8> = []
            var isText = false
            var isEmpty: Bool { number64 == 0 && bytes.isEmpty }
        }

        private(set) var fields: [Field] = []

        init(_ bytes: ArraySlice<UInt8>) throws(Unreadable) {
            var rest = bytes
            while !rest.isEmpty {
                guard let tag = Self.varint(&rest) else { throw Unreadable(why: "a message is cut off") }
                var field = Field(number: Int(clamping: tag >> 3))
                switch tag & 7 {
                case 0:
                    guard let number = Self.varint(&rest) else { throw Unreadable(why: "a number is cut off") }
                    field.number64 = number
                case 2:
                    guard let length = Self.varint(&rest), length <= UInt64(rest.count) else {
                        throw Unreadable(why: "a field is cut off")
                    }
                    field.bytes = rest.prefix(Int(length))
                    field.isText = true
                    rest = rest.dropFirst(Int(length))
                default: throw Unreadable(why: "a field of wire type \(tag & 7)")
                }
                fields.append(field)
            }
        }

        func bytes(_ number: Int) -> ArraySlice<UInt8> { fields.last { $0.number == number }?.bytes ?? [] }

        private static func varint(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
            var value: UInt64 = 0
            for shift in stride(from: UInt64(0), to: 64, by: 7) {
                guard let byte = bytes.popFirst() else { return nil }
                value |= UInt64(byte & 0x7F) << shift
                if byte & 0x80 == 0 { return value }
            }
            return nil
        }
    }
}

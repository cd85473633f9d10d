internal import ResourceModel

/// Where a paged list goes on: unpadded base64url of `{"v":"meta.k8s.io/v1","rv":N,"start":"namespace/name\u0000"}`.
///
/// In a list of one namespace the key is the name alone, as etcd's prefix is the namespace's.
struct ContinueToken {
    /// -1 = whatever is there now: the token a 410 carries.
    var revision: Int
    /// The last key that was returned.
    var start: ObjectKey
    /// The namespace the list is limited to; empty for lists over all.
    private var namespace: String

    init(revision: Int, start: ObjectKey, namespace: String) {
        self.revision = revision
        self.start = start
        self.namespace = namespace
    }

    init(_ text: String, namespace: String) throws(APIStatus) {
        var standard = text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
        while standard.count % 4 != 0 { standard.append("=") }
        guard let bytes = Base64.decode(String(standard)) else {
            throw Self.invalid("illegal base64 data at input byte \(Base64.firstForeignByte(text))")
        }
        let token: Value
        do {
            token = try JSONReader.read(bytes)
        } catch {
            guard error.offset < bytes.count else { throw Self.invalid("unexpected end of JSON input") }
            let character = Character(Unicode.Scalar(bytes[error.offset]))
            throw Self.invalid("invalid character '\(character)' looking for beginning of value")
        }
        guard token["v"] == "meta.k8s.io/v1" else {
            throw Self.invalid("server does not recognize this encoded version \"\(token["v"]?.stringValue ?? "")\"")
        }
        guard let revision = token["rv"]?.intValue, revision != 0 else {
            throw Self.invalid("incorrect encoded start resourceVersion (version meta.k8s.io/v1)")
        }
        guard let key = token["start"]?.stringValue, !key.isEmpty else {
            throw Self.invalid("encoded start key empty (version meta.k8s.io/v1)")
        }
        guard !key.split(separator: "/").contains("..") else {
            throw Self.invalid("encoded key has unexpected path elements (version meta.k8s.io/v1)")
        }
        self.revision = Int(revision)
        self.namespace = namespace
        let plain = key.hasSuffix("\0") ? String(key.dropLast()) : key
        if namespace.isEmpty, let slash = plain.firstIndex(of: "/") {
            start = ObjectKey(
                namespace: String(plain[..<slash]), name: String(plain[plain.index(after: slash)...]))
        } else {
            start = ObjectKey(namespace: namespace, name: plain)
        }
    }

    private static func invalid(_ why: String) -> APIStatus {
        .badRequest("invalid continue token: continue key is not valid: \(why)")
    }

    var text: String {
        let isShort = !namespace.isEmpty || start.namespace.isEmpty
        let key = isShort ? start.name : "\(start.namespace)/\(start.name)"
        let json = "{\"v\":\"meta.k8s.io/v1\",\"rv\":\(revision),\"start\":\(JSONWriter.text(.string(key + "\0")))}"
        return String(
            Base64.encode(Array(json.utf8)).filter { $0 != "=" }.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
    }
}

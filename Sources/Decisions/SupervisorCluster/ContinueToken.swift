internal import ResourceModel

/// Where a paged list goes on: base64 of `{"v":"meta.k8s.io/v1","rv":N,"start":"namespace/name\u0000"}`.
struct ContinueToken {
    var revision: Int
    /// The last key that was returned.
    var start: ObjectKey

    init(revision: Int, start: ObjectKey) {
        self.revision = revision
        self.start = start
    }

    init(_ text: String) throws(APIStatus) {
        guard let bytes = Base64.decode(text), let token = try? JSONReader.read(bytes),
            let revision = token["rv"]?.intValue, let start = token["start"]?.stringValue
        else {
            throw .badRequest("invalid continue token: continue key is not valid: \(text)")
        }
        self.revision = Int(revision)
        let parts = start.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let last = parts.last ?? ""
        let name = last.hasSuffix("\0") ? String(last.dropLast()) : last
        self.start = ObjectKey(namespace: parts.count == 2 ? parts[0] : "", name: name)
    }

    var text: String {
        let key = start.namespace.isEmpty ? start.name : "\(start.namespace)/\(start.name)"
        return Base64.encode(
            JSONWriter.bytes([
                "v": "meta.k8s.io/v1", "rv": .int(Int64(revision)), "start": .string(key + "\0"),
            ]))
    }
}

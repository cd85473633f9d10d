internal import FleetModel
internal import ResourceModel

/// A service account's bearer token: a JWT whose signature only this cluster can make.
///
/// The signature is a keyed SHA-256 and not RSA; nobody but this server reads it.
struct AccountToken {
    var namespace: String
    var account: String
    var uid: String
    var audiences: [String]
    var expires: Timestamp

    /// Go's `time.Time` of the claims is whole seconds.
    func text(secret: String, issued: Timestamp) -> String {
        let header = Self.encoded(["alg": "HS256", "typ": "JWT"])
        let claims = Self.encoded([
            "iss": "https://kubernetes.default.svc.cluster.local",
            "aud": .array(audiences.map(Value.string)),
            "sub": .string("system:serviceaccount:\(namespace):\(account)"),
            "exp": .int(expires.milliseconds / 1000), "iat": .int(issued.milliseconds / 1000),
            "kubernetes.io": [
                "namespace": .string(namespace),
                "serviceaccount": ["name": .string(account), "uid": .string(uid)],
            ],
        ])
        let body = "\(header).\(claims)"
        return "\(body).\(Self.signature(body, secret))"
    }

    init(namespace: String, account: String, uid: String, audiences: [String], expires: Timestamp) {
        self.namespace = namespace
        self.account = account
        self.uid = uid
        self.audiences = audiences
        self.expires = expires
    }

    /// Nil when the token is not one of this cluster's.
    init?(_ text: String, secret: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, ClusterState.isEqual(parts[2], Self.signature("\(parts[0]).\(parts[1])", secret)),
            let claims = Self.decoded(parts[1]), let details = claims["kubernetes.io"],
            let namespace = details["namespace"]?.stringValue,
            let account = details[at: "serviceaccount", "name"]?.stringValue,
            let uid = details[at: "serviceaccount", "uid"]?.stringValue, let expires = claims["exp"]?.intValue
        else { return nil }
        self.init(
            namespace: namespace, account: account, uid: uid,
            audiences: (claims["aud"]?.arrayValue ?? []).compactMap(\.stringValue),
            expires: Timestamp(milliseconds: expires &* 1000))
    }

    private static func signature(_ body: String, _ secret: String) -> String {
        let inner = FormatDigest.sha256(Array("\(secret).\(body)".utf8))
        return plain(Base64.encode(FormatDigest.sha256(Array(secret.utf8) + inner)))
    }

    private static func encoded(_ value: Value) -> String { plain(Base64.encode(JSONWriter.bytes(value))) }

    private static func plain(_ text: String) -> String {
        String(text.filter { $0 != "=" }.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
    }

    private static func decoded(_ text: String) -> Value? {
        var padded = text
        while padded.utf8.count % 4 != 0 { padded.append("=") }
        return Base64.decode(padded).flatMap { try? JSONReader.read($0) }
    }
}

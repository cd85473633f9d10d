/// One way to be let in that a `WWW-Authenticate` header names (RFC 9110 §11.6.1).
struct AuthChallenge: Equatable {
    /// Lower case.
    var scheme: String
    /// Keys in lower case.
    var parameters: [String: String] = [:]

    /// Every challenge of a header: `Bearer realm="…",service="…", Basic realm="…"`.
    static func parse(_ header: String) -> [AuthChallenge] {
        var challenges: [AuthChallenge] = []
        var rest = Array(header.utf8.prefix(8192))[...]
        func skip(_ bytes: [UInt8]) { rest = rest.drop { bytes.contains($0) } }
        func word() -> String {
            let end = rest.firstIndex { [0x20, 0x09, 0x2C, 0x3D, 0x22].contains($0) } ?? rest.endIndex
            defer { rest = rest[end...] }
            return String(decoding: rest[..<end], as: UTF8.self)
        }
        while true {
            skip([0x20, 0x09, 0x2C])
            guard !rest.isEmpty else { return challenges }
            let name = word().lowercased()
            let before = rest
            skip([0x20, 0x09])
            if rest.first == 0x3D, !name.isEmpty, !challenges.isEmpty {
                rest = rest.dropFirst()
                skip([0x20, 0x09])
                challenges[challenges.count - 1].parameters[name] = rest.first == 0x22 ? quoted(&rest) : word()
            } else {
                guard !name.isEmpty else { return challenges }
                rest = before
                challenges.append(AuthChallenge(scheme: name))
            }
        }
    }

    private static func quoted(_ rest: inout ArraySlice<UInt8>) -> String {
        rest = rest.dropFirst()
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == 0x22 { break }
            if byte == 0x5C, let escaped = rest.popFirst() {
                bytes.append(escaped)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// One HTTP request to the simulated API server, as data.
package struct APIRequest: Sendable {
    /// Upper case, such as `GET`.
    package var method: String
    /// Percent-decoded segments of the path, without empty ones.
    package var segments: [String]
    /// The path as it came, without the query.
    package var path: String
    package var query: [QueryItem]
    /// Names in lower case.
    package var headers: [String: String]
    package var body: [UInt8]
    /// Whom a verified client certificate names; the front fills it in.
    package var certifiedCaller: Caller?
    /// A client certificate was shown that is not valid here.
    package var isCertificateRefused = false

    package struct QueryItem: Hashable, Sendable {
        package var name: String
        package var value: String
    }

    /// `target` is the request target: a path with an optional query.
    package init(method: String, target: String, headers: [String: String] = [:], body: [UInt8] = []) {
        self.method = method
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(parts.first ?? "")
        segments = path.split(separator: "/").map { Self.decoded($0, plusIsSpace: false) }
        query = []
        if parts.count == 2 {
            for item in parts[1].split(separator: "&") {
                let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                query.append(
                    QueryItem(
                        name: Self.decoded(pair[0], plusIsSpace: true),
                        value: pair.count == 2 ? Self.decoded(pair[1], plusIsSpace: true) : ""))
            }
        }
        self.headers = [:]
        for (name, value) in headers { self.headers[name.lowercased()] = value }
        self.body = body
    }

    /// The first value of a query parameter; nil when absent.
    package func parameter(_ name: String) -> String? { query.first { $0.name == name }?.value }

    package func flag(_ name: String) -> Bool {
        // Whatever is there and neither `false` nor `0` is true (apimachinery's conversion of query values).
        parameter(name).map { !["false", "0"].contains($0.lowercased()) } ?? false
    }

    private static func decoded(_ text: Substring, plusIsSpace: Bool) -> String {
        guard text.utf8.contains(where: { $0 == 0x25 || $0 == 0x2B }) else { return String(text) }
        var out: [UInt8] = []
        var bytes = Array(text.utf8)[...]
        while let byte = bytes.popFirst() {
            if byte == 0x25, bytes.count >= 2, let high = nibble(bytes[bytes.startIndex]),
                let low = nibble(bytes[bytes.startIndex + 1])
            {
                out.append(high << 4 | low)
                bytes = bytes.dropFirst(2)
            } else {
                out.append(byte == 0x2B && plusIsSpace ? 0x20 : byte)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static func nibble(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}

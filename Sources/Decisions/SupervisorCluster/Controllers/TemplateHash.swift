internal import ResourceModel

/// The short hash in names of ReplicaSets and ControllerRevisions.
///
/// Kubernetes hashes a Go dump of the template with FNV-1a (32 bit) and writes the decimal digits in its name alphabet
/// (`k8s.io/apimachinery/pkg/util/rand.SafeEncodeString`); only the dump differs here (canonical JSON).
enum TemplateHash {
    private static let alphabet = Array("bcdfghjklmnpqrstvwxz2456789".utf8)

    static func of(_ value: Value, collisions: Int = 0) -> String {
        var hash: UInt32 = 2_166_136_261
        func add(_ byte: UInt8) { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        for byte in JSONWriter.bytes(value) { add(byte) }
        if collisions > 0 { for byte in String(collisions).utf8 { add(byte) } }
        return safeEncode(String(hash))
    }

    static func safeEncode(_ text: String) -> String {
        String(decoding: text.utf8.map { alphabet[Int($0) % alphabet.count] }, as: UTF8.self)
    }
}

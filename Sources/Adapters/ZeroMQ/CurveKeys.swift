internal import CZeroMQ

/// A CURVE key pair as Z85 text, 40 characters each.
package struct CurveKeyPair: Hashable, Sendable, CustomStringConvertible {
    package let publicKey: String
    package let secretKey: String

    /// Both in Z85; throws when one is not a key.
    package init(publicKey: String, secretKey: String) throws(ZeroMQError) {
        _ = try CurveKey.bytes(publicKey)
        _ = try CurveKey.bytes(secretKey)
        self.publicKey = publicKey
        self.secretKey = secretKey
    }

    /// A new pair from the system's generator. Needs a `Context` to be alive, as P12 would have it.
    package static func generate() throws(ZeroMQError) -> CurveKeyPair {
        var publicText = [CChar](repeating: 0, count: 41)
        var secretText = [CChar](repeating: 0, count: 41)
        let result = unsafe publicText.withUnsafeMutableBufferPointer { publicText in
            unsafe secretText.withUnsafeMutableBufferPointer { secretText in
                unsafe zmq_curve_keypair(publicText.baseAddress, secretText.baseAddress)
            }
        }
        guard result == 0 else { throw .last("curve keypair") }
        return try CurveKeyPair(publicKey: CurveKey.text(publicText), secretKey: CurveKey.text(secretText))
    }

    /// The pair of a secret key.
    package init(secretKey: String) throws(ZeroMQError) {
        _ = try CurveKey.bytes(secretKey)
        var publicText = [CChar](repeating: 0, count: 41)
        let result = unsafe publicText.withUnsafeMutableBufferPointer { text in
            unsafe zmq_curve_public(text.baseAddress, secretKey)
        }
        guard result == 0 else { throw .last("curve public key") }
        try self.init(publicKey: CurveKey.text(publicText), secretKey: secretKey)
    }

    /// Never the secret.
    package var description: String { "CURVE key \(publicKey)" }
}

/// Z85 text (ZeroMQ RFC 32) of 32 bytes.
package enum CurveKey {
    private static let alphabet = Array(
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#".utf8)

    package static func bytes(_ text: String) throws(ZeroMQError) -> [UInt8] {
        let characters = Array(text.utf8)
        let fault = ZeroMQError(call: "Z85 key", number: EINVAL, text: "a CURVE key has 40 characters of Z85")
        guard characters.count == 40 else { throw fault }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: 40, by: 5) {
            var value: UInt64 = 0
            for character in characters[start..<start + 5] {
                guard let digit = alphabet.firstIndex(of: character) else { throw fault }
                value = value * 85 + UInt64(digit)
            }
            guard value <= UInt64(UInt32.max) else { throw fault }
            for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(shift))) }
        }
        return bytes
    }

    /// Nil unless there are 32 bytes.
    package static func text(_ bytes: [UInt8]) -> String? {
        guard bytes.count == 32 else { return nil }
        var text: [UInt8] = []
        for start in stride(from: 0, to: 32, by: 4) {
            let value = bytes[start..<start + 4].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            var divisor: UInt64 = 85 * 85 * 85 * 85
            for _ in 0..<5 {
                text.append(alphabet[Int(value / divisor % 85)])
                divisor /= 85
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

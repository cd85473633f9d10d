internal import CZeroMQ

/// A file with one secret CURVE key, readable by its owner only.
package enum KeyFile {
    /// Makes a new pair and writes its secret key; refuses to overwrite.
    package static func create(_ path: String) throws(ZeroMQError) -> CurveKeyPair {
        let pair = try CurveKeyPair.generate()
        let file = unsafe flotilla_create_private(path)
        guard file >= 0 else { throw .last("create key file \(path)") }
        defer { flotilla_close(file) }
        let text = Array((pair.secretKey + "\n").utf8)
        let written = unsafe text.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
        guard written == text.count, fsync(file) == 0 else { throw .last("write key file \(path)") }
        return pair
    }

    /// Reads the pair; refuses a file that others may read.
    package static func read(_ path: String) throws(ZeroMQError) -> CurveKeyPair {
        let file = unsafe flotilla_open_read(path)
        guard file >= 0 else { throw .last("open key file \(path)") }
        defer { flotilla_close(file) }
        let mode = flotilla_file_mode(file)
        guard mode >= 0, mode & 0o077 == 0 else {
            throw ZeroMQError(
                call: "key file \(path)", number: EACCES,
                text: "others may read it (mode \(String(max(0, mode), radix: 8))); make it 0600")
        }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe CZeroMQ.read(file, $0.baseAddress, $0.count) }
        guard count > 0 else { throw .last("read key file \(path)") }
        let text = String(decoding: bytes[..<count], as: UTF8.self)
        return try CurveKeyPair(secretKey: String(text.prefix { $0 != "\n" && $0 != "\r" }))
    }

    /// The pair in the file, which is made when it is not there.
    package static func readOrCreate(_ path: String) throws(ZeroMQError) -> CurveKeyPair {
        do throws(ZeroMQError) { return try read(path) } catch {
            guard error.number == ENOENT else { throw error }
            return try create(path)
        }
    }
}

internal import Crypto
internal import FleetModel
internal import Foundation

/// The hash of a record over its own bytes and the hash before it: a checksum, and proof that none is missing.
enum RecordChain {
    /// Bytes kept of each SHA-256.
    static let length = 16
    static let seed = Data(repeating: 0, count: length)

    static func next(after previous: Data, position: UInt64, at: Timestamp, kind: String, payload: [UInt8]) -> Data {
        var head: [UInt8] = []
        head.reserveCapacity(64)
        head.append(contentsOf: previous)
        append(position, to: &head)
        append(UInt64(bitPattern: at.milliseconds), to: &head)
        append(UInt64(kind.utf8.count), to: &head)
        head.append(contentsOf: kind.utf8)
        var hash = SHA256()
        hash.update(data: head)
        hash.update(data: payload)
        return Data(hash.finalize().prefix(length))
    }

    static func checksum(_ payload: [UInt8]) -> Data { Data(SHA256.hash(data: payload).prefix(length)) }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }
}

internal import CZeroMQ

/// The process's one libzmq context (pitfall P12: two contexts with CURVE crash when one ends).
///
/// `@unchecked Sendable` because a libzmq context is thread safe (zmq_ctx_new(3)); it is never ended, since ending it
/// is only safe after every socket of every thread is closed and the process's end does the same.
@safe package final class Context: @unchecked Sendable {
    /// Made at first use, and only when libzmq is new enough and has CURVE.
    private static let only = Result { () throws(ZeroMQError) in try Context() }

    package static func shared() throws(ZeroMQError) -> Context { try only.get() }

    let pointer: UnsafeMutableRawPointer

    private init() throws(ZeroMQError) {
        try Self.check(version: Self.version, hasCurve: unsafe zmq_has("curve") == 1)
        guard let pointer = unsafe zmq_ctx_new() else { throw .last("context") }
        unsafe self.pointer = unsafe pointer
        // P16: one socket thread with a handful of sockets; the default 1023 is never near (else: `allow`).
        unsafe zmq_ctx_set(pointer, ZMQ_BLOCKY, 0)
    }

    /// Makes room for so many sockets, before the first one: for a process that stands in for many agents.
    package func allow(sockets: Int32) { unsafe zmq_ctx_set(pointer, ZMQ_MAX_SOCKETS, sockets) }

    /// The library's version, `4.3.4`.
    package static var version: (major: Int32, minor: Int32, patch: Int32) {
        var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
        unsafe zmq_version(&major, &minor, &patch)
        return (major, minor, patch)
    }

    /// Refuses a library before 4.3.3 (pitfall P15: known CVEs) and one without CURVE.
    package static func check(
        version: (major: Int32, minor: Int32, patch: Int32), hasCurve: Bool
    ) throws(ZeroMQError) {
        guard (version.major, version.minor, version.patch) >= (4, 3, 3) else {
            throw ZeroMQError(
                call: "libzmq", number: ENOTSUP,
                text: "version \(version.major).\(version.minor).\(version.patch) has known holes; 4.3.3 is the oldest")
        }
        guard hasCurve else {
            throw ZeroMQError(call: "libzmq", number: ENOTSUP, text: "it was built without CURVE (libsodium)")
        }
    }
}

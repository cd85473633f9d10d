internal import CZeroMQ

/// What libzmq said, and of what.
package struct ZeroMQError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The call, with what it was for: `bind tcp://0.0.0.0:7000`.
    package var call: String
    /// libzmq's errno.
    package var number: Int32
    package var text: String

    package init(call: String, number: Int32, text: String) {
        self.call = call
        self.number = number
        self.text = text
    }

    package var description: String { "\(call): \(text)" }

    static func last(_ call: String) -> ZeroMQError {
        let number = flotilla_zmq_errno()
        let text = unsafe zmq_strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
        return ZeroMQError(call: call, number: number, text: text)
    }
}

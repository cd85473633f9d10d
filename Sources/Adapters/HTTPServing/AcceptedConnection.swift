internal import HummingbirdCore
package import NIOCore

/// A connection that was accepted and is not served yet: it reads nothing until a task has taken it.
///
/// A server that stops drops what it accepted and did not get round to. A `NIOAsyncChannel` that is dropped ends the
/// process; this closes its connection.
package final class AcceptedConnection: ServerChildChannelValue {
    package let channel: any Channel

    init(_ channel: any Channel) { self.channel = channel }

    /// Without effect on a connection that was served: that is closed by then.
    deinit { channel.close(promise: nil) }
}

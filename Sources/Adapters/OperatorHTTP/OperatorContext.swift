internal import FleetModel
internal import Hummingbird
internal import Logging
internal import NIOCore

/// What a request carries through the router.
struct OperatorContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel
    /// Set by the listener's authentication before any route runs.
    var principal = Principal(name: "nobody", from: "nowhere")

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// The peer's address without its port, or `unix`.
    var peer: String { channel.remoteAddress?.ipAddress ?? "unix" }
}

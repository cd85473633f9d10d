internal import Hummingbird
internal import NIOCore

/// One request, with the connection it came over: a fault may cut it.
struct FrontContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// Ends the connection without another byte.
    func cut() async { try? await channel.close(mode: .all) }
}

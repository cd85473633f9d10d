internal import Hummingbird
internal import Logging
internal import NIOCore

/// What a request carries through the router.
struct OperatorContext: RequestContext {
    var coreContext: CoreRequestContextStorage

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
    }
}

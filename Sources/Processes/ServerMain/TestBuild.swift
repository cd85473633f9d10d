internal import Foundation

/// What test builds can be told by the environment; release builds know none of it.
package enum TestBuild {
    /// `FLOTILLA_LINK_PROTOCOL`: the link's protocol level to play, for trying version skew with real processes.
    package static var linkProtocol: UInt32? {
        #if FLOTILLA_FAILPOINTS
            ProcessInfo.processInfo.environment["FLOTILLA_LINK_PROTOCOL"].flatMap { UInt32($0) }.map { max(1, $0) }
        #else
            nil
        #endif
    }
}

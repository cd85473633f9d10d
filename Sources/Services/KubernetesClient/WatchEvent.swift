package import ResourceModel

/// What a watch tells its reader.
package enum WatchEvent: Hashable, Sendable {
    /// Everything there is now: at the start, and again after history was lost (410). Replaces what was known.
    case listed([Value])
    case added(Value)
    case modified(Value)
    /// The last state, with a new resourceVersion.
    case deleted(Value)
    /// The stream is broken and is being resumed; for logs and health only.
    case interrupted(KubernetesError)
}

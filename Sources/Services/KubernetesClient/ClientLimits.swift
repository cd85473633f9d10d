/// The bounds of a client, each with its default.
package struct ClientLimits: Hashable, Sendable {
    /// Longest answer that is read whole, in bytes.
    package var bodyBytes = 32 << 20
    /// Longest line of a watch, in bytes: etcd keeps no object above 1.5 MiB, and managedFields come on top.
    package var watchLineBytes = 4 << 20
    /// Further tries after a temporary refusal, one second apart (kapp: 1 s × 5 s).
    package var retries = 5
    package var retryInterval = Duration.seconds(1)
    /// A server's `retry-after` is honoured up to this.
    package var longestRetryAfter = Duration.seconds(10)
    /// How long a new custom resource's path may be unknown after its definition was made.
    package var newKindRetries = 25
    package var newKindInterval = Duration.milliseconds(200)
    /// How long the server keeps one watch open.
    package var watchSeconds = 290
    /// Silence after which a watch is taken for dead: above the bookmark interval (about a minute).
    package var watchSilence = Duration.seconds(100)
    package var watchBackoffFirst = Duration.milliseconds(500)
    package var watchBackoffMost = Duration.seconds(30)
    /// How long a token file's content is used before it is read again.
    package var tokenAge = Duration.seconds(60)

    package init() {}
}

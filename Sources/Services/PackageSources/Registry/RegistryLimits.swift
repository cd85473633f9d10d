/// Bounds of the talk with a registry, by name.
package struct RegistryLimits: Hashable, Sendable {
    /// Tries of one request before it is given up.
    package var attempts = 5
    /// First and longest wait between two tries; doubled each time, drawn from the upper half.
    package var backoffFirst = Duration.milliseconds(500)
    package var backoffLongest = Duration.seconds(10)
    /// A `Retry-After` beyond this is not waited for.
    package var retryAfterLongest = Duration.seconds(60)
    /// Downloads of one content that broke off without a further byte.
    package var stalls = 5
    /// Downloads of one content in all: a server that gives a byte a time is given up, too.
    package var downloads = 100
    /// Redirects of one request.
    package var redirects = 5
    /// Until a response begins.
    package var timeout = Duration.seconds(30)
    /// Longest silence of a body.
    package var idle = Duration.seconds(60)
    /// Of an error's or a token's body.
    package var answerBytes = 256 * 1024
    /// How long "this image was not copied to this registry" is believed.
    package var absenceBelieved = Duration.seconds(3600)

    package init() {}
}

/// A question to an admission webhook: what whoever carries it has to send.
package struct WebhookCall: Hashable, Sendable {
    /// Tells the webhooks of one request apart.
    package var key: String
    /// With the time limit, as the API server adds it.
    package var url: String
    /// What errors call it: a webhook behind a Service has a name of its own.
    var shownURL: String
    /// The name the server's certificate has to have when it is not the host of `url`.
    package var serverName: String?
    /// The authority that has to vouch for the server; nil = those of the system.
    package var authorityPEM: [UInt8]?
    package var timeout: Duration
    /// An `AdmissionReview`, JSON.
    package var body: [UInt8]
    /// What the answer has to repeat.
    var identifier: String
}

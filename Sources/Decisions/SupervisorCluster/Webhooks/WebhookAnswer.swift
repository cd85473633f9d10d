/// What came of a question to an admission webhook.
package enum WebhookAnswer: Hashable, Sendable {
    case reply(status: Int, body: [UInt8])
    /// Why there is no reply, in the words of Go's HTTP client: `dial tcp 10.0.0.1:443: connect: connection refused`.
    case failure(String)
}

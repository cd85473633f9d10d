/// A Service as the API server's proxy subresource reaches it.
package struct ServiceProxyTarget: Hashable, Sendable {
    package var namespace: String
    package var service: String
    /// `http` or `https`; the API server does not check the certificate of the latter.
    package var scheme: String
    package var port: Int
    /// Path and query, beginning with `/`.
    package var url: String

    package init(namespace: String, service: String, scheme: String, port: Int, url: String) {
        self.namespace = namespace
        self.service = service
        self.scheme = scheme
        self.port = port
        self.url = url
    }

    var path: String { "/api/v1/namespaces/\(namespace)/services/\(scheme):\(service):\(port)/proxy\(url)" }
}

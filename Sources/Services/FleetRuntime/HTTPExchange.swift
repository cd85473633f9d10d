/// One HTTP request and its answer, carried by any means: network, memory, simulation.
///
/// Kubernetes clients and registries are written against this, so that relist, 410 and retry run in the simulation too.
package protocol HTTPExchange: Sendable {
    /// Sends and returns once the response head is there. Throws `HTTPExchangeError` when no head came.
    func send(_ request: HTTPExchangeRequest) async throws(HTTPExchangeError) -> HTTPExchangeResponse
}

package struct HTTPExchangeRequest: Hashable, Sendable {
    package var method: String
    /// Path and query, percent-encoded, starting with `/`.
    package var target: String
    package var headers: [HTTPHeader]
    package var body: [UInt8]
    /// Until the response head; nil = the transport's default (30 s).
    package var timeout: Duration?
    /// Longest silence while the body streams; nil = the transport's default. Set above the bookmark interval.
    package var idleTimeout: Duration?

    package init(
        method: String, target: String, headers: [HTTPHeader] = [], body: [UInt8] = [], timeout: Duration? = nil,
        idleTimeout: Duration? = nil
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.idleTimeout = idleTimeout
    }
}

package struct HTTPHeader: Hashable, Sendable {
    package var name: String
    package var value: String
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

package struct HTTPExchangeResponse: Sendable {
    package var status: Int
    package var headers: [HTTPHeader]
    package var body: HTTPBody

    package init(status: Int, headers: [HTTPHeader], body: HTTPBody) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// First value of a header, by case-insensitive name.
    package func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }
}

/// A response body as chunks of bytes; chunk borders mean nothing. Dropping the iterator closes the connection.
package struct HTTPBody: AsyncSequence, Sendable {
    package typealias Element = [UInt8]

    private let make: @Sendable () -> AsyncIterator

    package init(_ make: @escaping @Sendable () -> AsyncIterator) { self.make = make }

    /// A body that is there already.
    package init(bytes: [UInt8]) {
        self.init {
            var rest: [UInt8]? = bytes.isEmpty ? nil : bytes
            return AsyncIterator { () async throws(HTTPExchangeError) -> [UInt8]? in
                defer { rest = nil }
                return rest
            }
        }
    }

    package struct AsyncIterator: AsyncIteratorProtocol {
        private let produce: () async throws(HTTPExchangeError) -> [UInt8]?

        package init(_ produce: @escaping () async throws(HTTPExchangeError) -> [UInt8]?) { self.produce = produce }

        package mutating func next() async throws(HTTPExchangeError) -> [UInt8]? { try await produce() }

        package mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(HTTPExchangeError) -> [UInt8]? { try await produce() }
    }

    package func makeAsyncIterator() -> AsyncIterator { make() }

    /// The whole body; throws `tooLarge` past `limit` bytes.
    package func collect(upTo limit: Int) async throws(HTTPExchangeError) -> [UInt8] {
        var all: [UInt8] = []
        var iterator = makeAsyncIterator()
        while let chunk = try await iterator.next() {
            guard all.count + chunk.count <= limit else { throw .tooLarge(limit: limit) }
            all.append(contentsOf: chunk)
        }
        return all
    }
}

package enum HTTPExchangeError: Error, Hashable, Sendable {
    /// Refused, unreachable, TLS failure: nothing was sent, or it is not known.
    case connection(String)
    case timedOut
    case tooLarge(limit: Int)
    /// The stream broke off after the head.
    case interrupted(String)
    case cancelled
}

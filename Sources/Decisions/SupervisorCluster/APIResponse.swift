package import ResourceModel

/// One HTTP reply of the simulated API server, as data.
package struct APIResponse: Sendable {
    package struct Header: Hashable, Sendable {
        package var name: String
        package var value: String
        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package var status: Int
    package var headers: [Header]
    package var body: [UInt8]

    package init(status: Int, headers: [Header] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package static func json(_ value: Value, status: Int = 200, headers: [Header] = []) -> APIResponse {
        var body = JSONWriter.bytes(value)
        body.append(0x0A)
        return APIResponse(
            status: status,
            headers: [Header("Cache-Control", "no-cache, private"), Header("Content-Type", "application/json")]
                + headers,
            body: body)
    }

    package static func text(_ text: String, status: Int = 200) -> APIResponse {
        APIResponse(
            status: status,
            headers: [
                Header("Cache-Control", "no-cache, private"), Header("Content-Type", "text/plain; charset=utf-8"),
                Header("X-Content-Type-Options", "nosniff"),
            ], body: Array(text.utf8))
    }

    /// The body read as JSON; null when it is none.
    package var value: Value { (try? JSONReader.read(body)) ?? .null }
}

internal import FleetModel
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// JSON in and out of requests.
enum JSONBody {
    static func encode(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Nothing of the fleet model can fail to encode: no floating point, no custom throwing encoder.
        return (try? encoder.encode(value)).map(Array.init) ?? Array("{}".utf8)
    }

    static func response(
        _ value: some Encodable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) -> Response {
        response(bytes: encode(value), status: status, headers: headers)
    }

    static func response(
        bytes: [UInt8], status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) -> Response {
        var headers = headers
        headers[.contentType] = "application/json"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    static func decode<Body: Decodable>(
        _ type: Body.Type, from request: Request, limit: Int
    ) async throws -> Body {
        var request = request
        let buffer = try await request.collectBody(upTo: limit)
        do {
            return try JSONDecoder().decode(type, from: Data(buffer.readableBytesView))
        } catch let error as DecodingError {
            throw FleetError(
                .invalidArgument, "the body of \(request.method.rawValue) \(request.uri.path) cannot be read",
                reason: explanation(of: error), next: "send the JSON form of \(type) (docs/PROTOCOL.md)")
        }
    }

    /// The path of the offending field and the rule, without the framework's wrapping.
    private static func explanation(of error: DecodingError) -> String {
        func text(_ context: DecodingError.Context) -> String {
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            return path.isEmpty ? context.debugDescription : "\(path): \(context.debugDescription)"
        }
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
            .dataCorrupted(let context):
            return text(context)
        @unknown default: return "\(error)"
        }
    }

    /// A short name of exactly these bytes (FNV-1a), for `ETag`.
    static func tag(_ bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return "\"\(String(hash, radix: 16))\""
    }
}

import FleetModel
import FleetRuntime
import Foundation
import TestSupport

/// Gives one token to everybody who has a password (docker's token authentication specification).
struct TokenServer: HTTPExchange {
    static let origin = "http://tokens.test"
    let token: String

    func send(_ request: HTTPExchangeRequest) async throws(HTTPExchangeError) -> HTTPExchangeResponse {
        let isAllowed = request.headers.contains { $0.name == "Authorization" && $0.value.hasPrefix("Basic ") }
        return HTTPExchangeResponse(
            status: isAllowed ? 200 : 401, headers: [],
            body: HTTPBody(bytes: Array(#"{"access_token":"\#(token)","expires_in":300}"#.utf8)))
    }

    /// A JSON web token that the key beside the certificate `issuer.pem` signs.
    static func token(folder: String, repository: String) async throws -> String {
        func packed(_ bytes: Data) -> String {
            bytes.base64EncodedString().replacingOccurrences(of: "+", with: "-")
                .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
        }
        let pem = try String(contentsOfFile: "\(folder)/issuer.pem", encoding: .utf8)
        let certificate = pem.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
        let now = Int(Date().timeIntervalSince1970)
        let header = #"{"typ":"JWT","alg":"RS256","x5c":["\#(certificate)"]}"#
        let claims =
            #"{"iss":"test-issuer","sub":"robot","aud":"test-registry","exp":\#(now + 600),"nbf":\#(now - 60),"#
            + #""iat":\#(now),"jti":"1","access":[{"type":"repository","name":"\#(repository)","#
            + #""actions":["pull","push"]}]}"#
        let body = "\(packed(Data(header.utf8))).\(packed(Data(claims.utf8)))"
        try body.write(toFile: "\(folder)/body", atomically: true, encoding: .utf8)
        let signed = try RunningProgram(
            at: "/usr/bin/openssl",
            [
                "dgst", "-sha256", "-sign", "\(folder)/issuer.key", "-out", "\(folder)/signature", "\(folder)/body",
            ], environment: [:])
        _ = try await signed.result()
        return "\(body).\(packed(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/signature"))))"
    }
}

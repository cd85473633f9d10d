internal import FleetModel
internal import FleetRuntime
internal import ResourceModel

extension RegistryClient {
    /// Tokens are for one repository.
    var tokenKey: String { "\(host)/\(repository)" }
    private static let basicValidity = 3600
    /// What token servers mean when they do not say (docker's token specification).
    private static let standardValidity = 60

    /// The header that satisfies a 401, by what the registry asks for.
    func authorize(_ response: HTTPExchangeResponse) async throws(PlaceFailure) -> String {
        let challenges = response.headers.filter { $0.name.lowercased() == "www-authenticate" }
            .flatMap { AuthChallenge.parse($0.value) }
        let credential: RegistryCredential?
        do throws(FleetError) {
            credential = try await access.credential(for: host)
        } catch {
            throw .denied([error.message, error.reason].filter { !$0.isEmpty }.joined(separator: ": "))
        }
        if let bearer = challenges.first(where: { $0.scheme == "bearer" }) {
            return try await token(bearer, credential)
        }
        guard challenges.contains(where: { $0.scheme == "basic" }) else {
            throw .denied("\(response.status) without saying how to be let in")
        }
        guard let header = credential?.basic else {
            throw .denied(
                "asks for a user name and a password; " + (credential == nil ? "none is" : "only a token is")
                    + " configured for \(host)")
        }
        access.setToken(tokenKey, header, validFor: Self.basicValidity)
        return header
    }

    private func token(
        _ challenge: AuthChallenge, _ credential: RegistryCredential?
    ) async throws(PlaceFailure) -> String {
        if case .registryToken(let token)? = credential { return "Bearer \(token)" }
        let home = access.address(of: host)
        guard let realm = WebAddress(challenge.parameters["realm"] ?? "", relativeTo: home) else {
            throw .refused("names a token server that cannot be read")
        }
        guard realm.scheme == "https" || home.scheme == "http" else {
            throw .refused("names the token server \(realm.shown), where nothing protects the password")
        }
        let scope = challenge.parameters["scope"] ?? "repository:\(repository):pull"
        let answer: HTTPExchangeResponse
        let body: [UInt8]
        do throws(PlaceFailure) {
            answer = try await send(
                tokenRequest(realm, service: challenge.parameters["service"], scope: scope, credential),
                .fixed(credential?.basic))
            body = try await collected(answer, realm)
        } catch {
            throw Self.naming(realm, error)
        }
        let value = try? JSONReader.read(body)
        guard let text = value?["token"]?.stringValue ?? value?["access_token"]?.stringValue, !text.isEmpty,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw .denied("the token server \(realm.shown) gave no token") }
        var seconds = Self.standardValidity
        if case .int(let number)? = value?["expires_in"] { seconds = max(Self.standardValidity, Int(number)) }
        let header = "Bearer \(text)"
        access.setToken(tokenKey, header, validFor: seconds)
        return header
    }

    private func collected(
        _ answer: HTTPExchangeResponse, _ realm: WebAddress
    ) async throws(PlaceFailure) -> [UInt8] {
        do throws(HTTPExchangeError) {
            return try await answer.body.collect(upTo: access.limits.answerBytes)
        } catch {
            throw .unreachable(try Self.text(error, realm))
        }
    }

    private func tokenRequest(
        _ realm: WebAddress, service: String?, scope: String, _ credential: RegistryCredential?
    ) -> RegistryRequest {
        var fields = [("scope", scope)]
        if let service { fields.insert(("service", service), at: 0) }
        if case .identityToken(let token)? = credential {
            fields += [("grant_type", "refresh_token"), ("client_id", "flotilla"), ("refresh_token", token)]
            return RegistryRequest(method: "POST", address: realm, form: Array(Self.form(fields).utf8))
        }
        var address = realm
        address.target += (address.target.contains("?") ? "&" : "?") + Self.form(fields)
        return RegistryRequest(address: address)
    }

    /// `application/x-www-form-urlencoded`
    static func form(_ fields: [(String, String)]) -> String {
        fields.map { "\(encoded($0.0))=\(encoded($0.1))" }.joined(separator: "&")
    }

    private static func encoded(_ text: String) -> String {
        var out = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                out.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                out += "%" + (byte < 16 ? "0" : "") + digits
            }
        }
        return out
    }

    private static func naming(
        _ realm: WebAddress, _ failure: PlaceFailure
    ) -> PlaceFailure {
        let text = "the token server \(realm.shown): \(failure.text)"
        return switch failure {
        case .unreachable: .unreachable(text)
        case .denied, .absent: .denied(text)
        case .refused: .refused(text)
        }
    }
}

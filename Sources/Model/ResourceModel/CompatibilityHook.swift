/// The HTTP pre-check of a package: a Service of the installed version that is asked whether the next one may come
/// (`appplatform.vmware.com/compatibility-check_*`).
package struct CompatibilityHook: Hashable, Sendable {
    package static let prefix = "appplatform.vmware.com/compatibility-check_"
    package static let data = prefix + "data"

    package var service: String
    /// Path and query, beginning with `/`.
    package var url: String
    package var port: Int
    package var scheme: Scheme
    package var method: String
    /// Secret with the certificate authority of an HTTPS service; empty: none.
    package var authority: String

    package enum Scheme: String, Hashable, Sendable, CaseIterable { case http, https }

    /// What the service must answer: 200 with `{"results": [{"severity", "message"}]}`. An unknown severity is dropped,
    /// an empty list is consent; any other answer is an error that quotes it.
    package static func findings(status: Int, body: String) -> [PackageCompatibility.Finding] {
        guard status == 200 else {
            return [.init(.error, "the compatibility check answered \(status): \(shortened(body))")]
        }
        guard let document = try? JSONReader.read(Array(body.utf8)), let results = document["results"]?.arrayValue
        else {
            return [.init(.error, "the compatibility check answered what is no list of results: \(shortened(body))")]
        }
        return results.compactMap { result in
            guard
                let severity = result["severity"]?.stringValue.flatMap(PackageCompatibility.Finding.Severity.init)
            else { return nil }
            return .init(severity, result["message"]?.stringValue ?? "")
        }
    }

    private static let longest = 1_024

    private static func shortened(_ body: String) -> String {
        body.count > longest ? String(body.prefix(longest)) + "…" : body
    }
}

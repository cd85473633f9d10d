/// Which API server's texts and rules are followed.
package enum ServerProfile: String, Sendable, CaseIterable, Codable {
    case kubernetes125 = "1.25"
    case kubernetes132 = "1.32"

    /// `v1.25.10`, as `GET /version` reports it.
    package var gitVersion: String {
        switch self {
        case .kubernetes125: "v1.25.10"
        case .kubernetes132: "v1.32.13"
        }
    }
}

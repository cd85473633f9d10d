/// A bearer token of the simulated Supervisor and whom it stands for.
package struct AccessToken: Hashable, Sendable {
    package var token: String
    package var user: String
    /// Members of `system:masters` may do everything; all others need RBAC objects.
    package var groups: [String]

    package init(token: String, user: String, groups: [String] = []) {
        self.token = token
        self.user = user
        self.groups = groups
    }

    package static func admin(_ token: String) -> AccessToken {
        AccessToken(token: token, user: "kubernetes-admin", groups: ["system:masters"])
    }
}

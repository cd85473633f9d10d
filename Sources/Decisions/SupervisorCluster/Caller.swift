/// Who sends a request, as authentication found out.
package struct Caller: Hashable, Sendable {
    package var user: String
    package var groups: [String]

    package init(user: String, groups: [String]) {
        self.user = user
        self.groups = groups
    }

    static let anonymous = Caller(user: "system:anonymous", groups: ["system:unauthenticated"])
    static let master = Caller(user: "kubernetes-admin", groups: ["system:masters", "system:authenticated"])

    var isMaster: Bool { groups.contains("system:masters") }
}

/// Who sends a request, as authentication found out.
struct Caller: Hashable, Sendable {
    var user: String
    var groups: [String]

    static let anonymous = Caller(user: "system:anonymous", groups: ["system:unauthenticated"])
    static let master = Caller(user: "kubernetes-admin", groups: ["system:masters", "system:authenticated"])

    var isMaster: Bool { groups.contains("system:masters") }
}

internal import FleetModel
internal import ResourceModel

/// A user with a client certificate, from the setting `users`.
struct CertifiedUser: Hashable {
    var name: String
    var groups: [String]

    static let administrator = CertifiedUser(name: "kubernetes-admin", groups: ["system:masters"])

    init(name: String, groups: [String]) {
        self.name = name
        self.groups = groups
    }

    init(_ item: Value) throws(FleetError) {
        name = item["name"]?.stringValue ?? ""
        guard !name.isEmpty, !name.contains("\n") else {
            throw FleetError(.invalidArgument, "setting users: an entry has no name")
        }
        guard let listed = (item["groups"] ?? []).arrayValue else {
            throw FleetError(.invalidArgument, "setting users: groups of \(name)", reason: "a list is expected")
        }
        groups = listed.compactMap(\.stringValue)
    }
}

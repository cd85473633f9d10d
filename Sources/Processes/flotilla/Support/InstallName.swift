internal import FleetModel

/// `harbor@sv-oslo`.
enum InstallName {
    static func split(_ text: String) throws(FleetError) -> (service: String, supervisor: SupervisorID) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw FleetError(
                .invalidArgument, "\(text) does not name an install", reason: "the form is SERVICE@SUPERVISOR",
                next: "flotilla … harbor@sv-oslo")
        }
        return (parts[0], SupervisorID(parts[1]))
    }
}

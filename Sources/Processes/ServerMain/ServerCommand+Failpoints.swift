internal import FleetModel
internal import FleetRuntime
internal import Foundation

extension ServerCommand {
    /// Reads `FLOTILLA_FAILPOINTS`; true when the names were asked for and the process has nothing more to do.
    static func armFailpoints() throws(FleetError) -> Bool {
        guard let text = ProcessInfo.processInfo.environment["FLOTILLA_FAILPOINTS"], !text.isEmpty else { return false }
        #if FLOTILLA_FAILPOINTS
            if text == "list" {
                for point in Failpoint.allCases { print(point.rawValue) }
                return true
            }
            FailpointTable.shared.arm(try FailpointPlan(text))
            return false
        #else
            throw FleetError(
                .unsupported, "FLOTILLA_FAILPOINTS is set", reason: "this is a release build, which has no failpoints",
                next: "unset it")
        #endif
    }
}

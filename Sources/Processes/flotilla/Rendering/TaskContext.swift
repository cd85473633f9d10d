package import FleetModel

/// What is known beside the task itself when its lines are printed.
package struct TaskContext {
    package var supervisors: [SupervisorID: SupervisorView] = [:]
    package var now: Timestamp

    package init(supervisors: [SupervisorID: SupervisorView] = [:], now: Timestamp) {
        self.supervisors = supervisors
        self.now = now
    }

    package func namespace(of service: ServiceID, on supervisor: SupervisorID) -> String? {
        let install = supervisors[supervisor]?.installs.first { $0.install.key.service == service }?.install
        guard case .present(let selection) = install?.spec.intent else { return nil }
        return selection.namespace
    }
}

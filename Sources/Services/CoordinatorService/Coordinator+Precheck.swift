internal import FleetControl
internal import FleetModel
internal import FleetRuntime
internal import ResourceModel

extension Coordinator {
    /// Refuses a change of installs that would lose data without consent or that the API server does not take, before
    /// anything is journalled (contract C5; the agent checks again).
    ///
    /// Only installs whose selection changes and whose agent is connected are asked. An agent that cannot be asked,
    /// or does not answer in time, is no reason to refuse; a plan that it could not make is.
    func precheck(
        _ operation: FleetTask.Operation, _ request: InstallRequest, _ selections: [SupervisorID: PackageSelection],
        _ state: FleetState
    ) async throws(FleetError) {
        let inquiries = selections.sorted { $0.key < $1.key }.compactMap { supervisor, selection -> AgentInquiry? in
            let key = InstallKey(service: request.service, supervisor: supervisor)
            guard state.isConnected(supervisor), let present = state.selectionInForce(key),
                !present.isSame(as: selection)
            else { return nil }
            return AgentInquiry(
                supervisor: supervisor, ask: .plan(request.service, selection), version: selection.version)
        }
        guard !inquiries.isEmpty else { return }
        let time = time
        let deadline = time.now.advanced(by: configuration.precheckTimeout)
        let views = await views(inquiries, parallel: configuration.precheckParallel) {
            max(.milliseconds(1), deadline.since(time.now))
        }
        let refused = PrecheckRefusal(operation: operation, request: request, views: views)
        if let error = refused.error { throw error }
    }
}

extension PackageSelection {
    /// Nothing that an agent renders differs.
    fileprivate func isSame(as other: PackageSelection) -> Bool {
        version == other.version && package == other.package && values == other.values
    }
}

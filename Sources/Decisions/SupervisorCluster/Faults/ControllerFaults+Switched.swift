/// Faults of the fault switches, for the controllers.
extension ControllerFaults {
    /// These, and what the faults in effect add.
    func adding(_ faults: [Fault]) -> ControllerFaults {
        var all = self
        for fault in faults {
            switch fault.kind {
            case .imagePull: all.imagePullFailures.append(fault.match)
            case .slowPods: all.slowPods.append(PodDelay(pattern: fault.match, delay: fault.delay))
            case .crashingPods: all.crashingPods.append(fault.match)
            case .unreadyPods: all.unreadyPods.append(fault.match)
            case .stuckPods: all.stuckTerminatingPods.append(fault.match)
            case .storageFull: all.storageFull = true
            case .noResizer: all.noResizer = true
            case .latency, .error, .tooManyRequests, .cutConnection, .cutWatch, .staleReads, .webhook, .quota,
                .expiredCertificate, .clockSpeed, .freeze:
                break
            }
        }
        return all
    }
}

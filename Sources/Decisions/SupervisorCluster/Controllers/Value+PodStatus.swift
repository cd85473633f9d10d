internal import ResourceModel

/// Readings of a pod's status.
extension Value {
    var isPodFinished: Bool {
        let phase = textAt("status", "phase")
        return phase == "Succeeded" || phase == "Failed"
    }
    /// Neither ended nor being deleted.
    var isPodActive: Bool { !isPodFinished && !isBeingDeleted }
    var isPodReady: Bool { condition("Ready")?.textAt("status") == "True" }

    func condition(_ type: String) -> Value? {
        itemsAt("status", "conditions").first { $0.textAt("type") == type }
    }
}

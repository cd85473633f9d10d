internal import Synchronization

/// Why the process has to end, noted by whoever found out.
final class FailureNote: Sendable {
    private let note = Mutex<String?>(nil)
    var text: String? { note.withLock { $0 } }
    func set(_ text: String) { note.withLock { $0 = text } }
}

/// How far one object is, in kapp's terms.
package struct WaitState: Hashable, Sendable {
    package var isDone: Bool
    package var isSuccessful: Bool
    /// What waits for this object may go on although it is not done (custom rules' `unblockChanges`).
    package var unblocksChanges: Bool
    /// `Waiting for 1 replicas to be ready`; empty when there is nothing to say.
    package var message: String

    package init(isDone: Bool, isSuccessful: Bool, unblocksChanges: Bool = false, message: String = "") {
        self.isDone = isDone
        self.isSuccessful = isSuccessful
        self.unblocksChanges = unblocksChanges
        self.message = message
    }

    package static let done = WaitState(isDone: true, isSuccessful: true)
    package static func ongoing(_ message: String) -> WaitState {
        WaitState(isDone: false, isSuccessful: false, message: message)
    }
    package static func failed(_ message: String) -> WaitState {
        WaitState(isDone: true, isSuccessful: false, message: message)
    }

    /// Over, and badly: waiting longer will not help.
    package var hasFailed: Bool { isDone && !isSuccessful }
    /// `ok`, `ongoing` or `fail`.
    package var word: String { isDone ? (isSuccessful ? "ok" : "fail") : "ongoing" }
}

/// Deliberate bugs, by which the seeded simulation shows that its checkers bite (docs/TESTING.md).
///
/// They exist in debug builds only: without `FLOTILLA_SABOTAGE` nothing is ever active and the checks vanish. Even then
/// one is active only inside the task that asked for it.
package enum Sabotage: String, CaseIterable, Sendable {
    // At the seams.
    case acknowledgeBeforeSync, agentAcknowledgesBeforeSync, forgetOutboxAtRestart
    // In the coordinator.
    case takeReportsTwice, acknowledgeBeforeAppend, skipAGap, sendAfterBreach, reorderOldFeed, foldByHiddenState
    case repeatCommands, dropWhileAway, ignoreFailedAppend, reuseGeneration
    case snapshotTooNew, exceedParallel, loseEventAtSeam, sendBeforeAppend, answerBeforeAppend
    case takeFromRemoved, inventConsent
    // In the change of an agent's key.
    case askForKeyTwice, keepEndedKeys, settleKeyEarly
    // In the agent.
    case applyOlderGeneration, absenceDeletes, twoOutcomes, noOutcomeWhenSuperseded, loseDataWithoutConsent
    case compactWithoutGap, stopWithoutCoordinator, idleAfterRestart
    case leaveObjects, giveUpAfterFailure
    // In the link, when one side was restored from an older copy.
    case trustRewoundOutbox, ignoreRestoredCoordinator, mistakeRestoredForStale

    #if FLOTILLA_SABOTAGE
        @TaskLocal package static var active: Sabotage?
        package static func isActive(_ bug: Sabotage) -> Bool { active == bug }
    #else
        package static func isActive(_ bug: Sabotage) -> Bool { false }
    #endif
}

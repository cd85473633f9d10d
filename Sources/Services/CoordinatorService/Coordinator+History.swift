internal import FleetControl
internal import FleetModel
internal import FleetRuntime
internal import Logging
internal import Synchronization

extension Coordinator {
    /// Records read at once; between two reads the sequencer has its turn.
    private static let historyPage = 500

    /// Checks the records before the snapshot, which the start did not read: on a damaged journal the process ends and
    /// names the position, as it does at the start for those it reads (`flotilla doctor --data-dir` says what can be
    /// saved).
    func proveHistory() async {
        guard configuration.provesHistory else { return }
        let last = published.withLock { $0.state.position }
        do throws(JournalError) {
            var position = try await journal.firstPosition()
            while position <= last, !work.isClosed {
                do throws(JournalError) {
                    let page = try await journal.records(from: position, limit: Self.historyPage)
                    guard !page.isEmpty else { throw .damaged(position: position, detail: "the record is missing") }
                    position += UInt64(page.count)
                } catch {
                    // Retention went on meanwhile.
                    guard case .trimmed(let first) = error else { throw error }
                    position = first
                }
            }
        } catch {
            guard case .damaged = error else { return endIfDiskFailed(error) }
            fail(error.fleetError)
            stop()
        }
    }
}

import Synchronization

/// A journal in memory, for tests and the seeded simulation. Survives the "process" that wrote it.
package final class InMemoryJournal: Journal {
    private struct Contents {
        var records: [JournalRecord] = []
        var first: UInt64 = 1
        var snapshot: JournalSnapshot?
        var failure: JournalError?
    }

    private let contents = Mutex(Contents())

    package init() {}

    /// Makes every later call fail, as a broken disk does; nil mends it.
    package func fail(with error: JournalError?) { contents.withLock { $0.failure = error } }

    package func snapshot() async throws(JournalError) -> JournalSnapshot? {
        try read { contents in contents.snapshot }
    }

    package func lastPosition() async throws(JournalError) -> UInt64 {
        try read { contents in contents.first + UInt64(contents.records.count) - 1 }
    }

    package func firstPosition() async throws(JournalError) -> UInt64 {
        try read { contents in contents.first }
    }

    package func records(from position: UInt64, limit: Int) async throws(JournalError) -> [JournalRecord] {
        try result { contents in
            guard position >= contents.first else { return .failure(.trimmed(first: contents.first)) }
            return .success(Array(contents.records.dropFirst(Int(position - contents.first)).prefix(limit)))
        }
    }

    package func append(_ entries: [JournalEntry], after expected: UInt64) async throws(JournalError) -> UInt64 {
        try result { contents in
            let last = contents.first + UInt64(contents.records.count) - 1
            guard last == expected else { return .failure(.fenced(expected: expected, actual: last)) }
            for (offset, entry) in entries.enumerated() {
                contents.records.append(
                    JournalRecord(
                        position: last + 1 + UInt64(offset), at: entry.at, kind: entry.kind, payload: entry.payload))
            }
            return .success(last + UInt64(entries.count))
        }
    }

    package func save(_ snapshot: JournalSnapshot) async throws(JournalError) {
        try read { contents in contents.snapshot = snapshot }
    }

    package func trim(before position: UInt64) async throws(JournalError) {
        try read { contents in
            guard position > contents.first else { return }
            let count = min(Int(position - contents.first), contents.records.count)
            contents.records.removeFirst(count)
            contents.first += UInt64(count)
        }
    }

    package func close() async {}

    private func read<Result>(_ body: (inout sending Contents) -> Result) throws(JournalError) -> Result {
        try result { contents in .success(body(&contents)) }
    }

    private func result<Success>(
        _ body: (inout sending Contents) -> Result<Success, JournalError>
    ) throws(JournalError) -> Success {
        let result = contents.withLock { contents -> Result<Success, JournalError> in
            if let failure = contents.failure { return .failure(failure) }
            return body(&contents)
        }
        return try result.get()
    }
}

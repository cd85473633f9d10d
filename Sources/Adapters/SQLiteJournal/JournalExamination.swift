package import FleetModel
internal import FleetRuntime
internal import Foundation
internal import GRDB

/// What a data directory holds, whether it holds together, and what could be saved of it. Reads only.
package struct JournalExamination: Hashable, Sendable {
    package struct Finding: Hashable, Sendable {
        /// Nil: not of one record.
        package var position: UInt64?
        package var detail: String
    }

    /// What would make the process start again, from the least to the most loss.
    package enum Remedy: Hashable, Sendable {
        case nothing
        /// The snapshot is damaged and every record is there: it is made anew from them.
        case dropSnapshot
        /// Damaged records are older than the snapshot: the state is whole, the events up to here are lost to readers.
        case dropHistory(through: UInt64)
        /// From here on nothing can be trusted: what was acknowledged in these records is lost.
        case cutTail(from: UInt64, dropSnapshot: Bool)
        /// Only a backup helps.
        case restore
    }

    /// Findings listed; further damage is counted in none of them.
    private static let listed = 50

    package let directory: String
    /// The process that holds the directory now.
    package internal(set) var holder: String?
    package internal(set) var epoch: UInt64 = 0
    package internal(set) var first: UInt64 = 1
    package internal(set) var last: UInt64 = 0
    package internal(set) var snapshot: UInt64?
    package internal(set) var contents = 0
    package internal(set) var findings: [Finding] = []
    package internal(set) var remedy = Remedy.nothing

    private var hasGoodSnapshot = false
    private var isUnreadable = false
    /// Of damaged records: their position, and through which one the history must go for the rest to hold.
    private var damage: [(position: UInt64, through: UInt64)] = []

    package static func == (left: JournalExamination, right: JournalExamination) -> Bool {
        left.directory == right.directory && left.findings == right.findings && left.remedy == right.remedy
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(directory)
        hasher.combine(findings)
    }

    static func hint(_ directory: String) -> String { "flotilla doctor --data-dir \(directory) says what can be saved" }

    /// Throws when there is no journal to examine.
    package init(directory: String) throws(FleetError) {
        self.directory = directory
        let path = directory + "/journal.sqlite"
        guard FileManager.default.fileExists(atPath: path) else {
            throw FleetError(
                .notFound, "\(directory) holds no journal", reason: "no such file: \(path)",
                next: "name the data directory of a coordinator or an agent")
        }
        holder = DirectoryLock.holder(of: directory)
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.read { db in try look(db) }
        } catch {
            isUnreadable = true
            findings.append(Finding(position: nil, detail: "the file cannot be read: \(error)"))
        }
        decide()
    }

    private mutating func look(_ db: Database) throws {
        let words = try String.fetchAll(db, sql: "PRAGMA integrity_check(5)")
        if words != ["ok"] {
            isUnreadable = true
            for word in words { findings.append(Finding(position: nil, detail: "SQLite says: \(word)")) }
        }
        epoch = UInt64(clamping: try JournalSchema.number(db, "epoch") ?? 0)
        let end = try JournalEnd.read(db)
        (first, last) = (end.first, end.last)
        try lookAtSnapshot(db)
        try lookAtRecords(db)
        if case .damaged(let position, let detail)? = try JournalEnd.missing(db) { add(position, detail) }
        try lookAtContents(db)
    }

    private mutating func lookAtSnapshot(_ db: Database) throws {
        guard let row = try Row.fetchOne(db, sql: "SELECT position, payload, checksum FROM snapshot") else { return }
        let position = UInt64(clamping: row["position"] as Int64? ?? 0)
        snapshot = position
        hasGoodSnapshot = RecordChain.checksum([UInt8](row["payload"] as Data? ?? Data())) == row["checksum"] as Data?
        if !hasGoodSnapshot {
            findings.append(Finding(position: position, detail: "the snapshot's checksum does not hold"))
        }
        if position > last { add(last + 1, "the record is missing: the snapshot was made at \(position)") }
        if position + 1 < first {
            add(position + 1, "the record is missing: the journal begins at \(first)")
            hasGoodSnapshot = false
        }
    }

    private mutating func lookAtRecords(_ db: Database) throws {
        guard var chain = try JournalEnd.chain(before: first, db) else { return }
        var expected = first
        let rows = try Row.fetchCursor(
            db, sql: "SELECT position, at, kind, payload, chain FROM records ORDER BY position")
        do {
            while let row = try rows.next() {
                let stored = row["chain"] as Data? ?? Data()
                defer { chain = stored }
                guard let record = SQLiteJournal.record(row) else {
                    add(expected, "the record cannot be read")
                    expected += 1
                    continue
                }
                if record.position > expected {
                    add(expected, "the record is missing", through: record.position)
                    expected = record.position + 1
                    continue
                }
                let next = RecordChain.next(
                    after: chain, position: expected, at: record.at, kind: record.kind, payload: record.payload)
                if record.position != expected || next != stored { add(expected, "its checksum does not hold") }
                expected = record.position + 1
            }
        } catch {
            isUnreadable = true
            add(expected, "the record cannot be read: \(error)")
        }
    }

    private mutating func lookAtContents(_ db: Database) throws {
        let rows = try Row.fetchCursor(db, sql: "SELECT digest, bytes FROM content ORDER BY digest")
        while let row = try rows.next() {
            contents += 1
            let digest = ContentDigest(row["digest"] as String? ?? "")
            guard ContentDigest(sha256Of: [UInt8](row["bytes"] as Data? ?? Data())) != digest else { continue }
            findings.append(Finding(position: nil, detail: "the bytes of content \(digest) do not match its digest"))
        }
    }

    private mutating func add(_ position: UInt64, _ detail: String, through: UInt64? = nil) {
        damage.append((position, through ?? position))
        if findings.count < Self.listed { findings.append(Finding(position: position, detail: detail)) }
    }

    private mutating func decide() {
        guard !isUnreadable else {
            remedy = .restore
            return
        }
        guard hasGoodSnapshot, let snapshot else {
            if first > 1 {
                remedy = .restore
            } else if let least = damage.map(\.position).min() {
                remedy = .cutTail(from: least, dropSnapshot: true)
            } else if self.snapshot != nil {
                remedy = .dropSnapshot
            }
            return
        }
        // What the snapshot needs is all behind it.
        if let least = damage.filter({ $0.position > snapshot || $0.through > snapshot }).map(\.position).min() {
            let from = max(least, snapshot + 1)
            remedy =
                from <= last || least > snapshot
                ? .cutTail(from: from, dropSnapshot: false) : .dropHistory(through: snapshot)
        } else if !damage.isEmpty {
            let through = damage.map(\.through).max() ?? snapshot
            remedy = .dropHistory(through: last < snapshot ? snapshot : through)
        }
    }

    /// Records before `from` that are damaged as well, when the tail is cut: the history goes up to there.
    func historyDamage(before from: UInt64) -> UInt64? { damage.map(\.through).filter { $0 < from }.max() }
}

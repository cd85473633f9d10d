package import FleetModel
package import FleetRuntime
internal import Foundation
internal import GRDB

/// One database in one directory, open in one process: the journal, its snapshot and the content beside it.
///
/// The directory is 0700 and its files 0600, because values hold secrets. WAL with `synchronous=FULL`: an append is
/// answered after its fsync. A second process is refused by a lock on `lock`.
package final class SQLiteStorage: Sendable {
    package let journal: SQLiteJournal
    package let content: SQLiteContentStore
    package let term: JournalTerm
    /// Rises by one with every opening of the directory.
    package var epoch: UInt64 { term.number }

    private let writer: GroupCommitWriter
    private let lock: DirectoryLock

    /// Opens or makes the database in `directory`. Throws a `FleetError` that says what is wrong with it.
    package init(directory: String) throws(FleetError) {
        lock = try DirectoryLock(directory: directory)
        let path = directory + "/journal.sqlite"
        do {
            try Failpoint.journalOpen.failStorage()
            let pool = try Self.open(path)
            let opened = try Self.prepare(pool, directory)
            term = opened.term
            writer = GroupCommitWriter(pool: pool, end: opened.end)
        } catch let error as FleetError {
            throw error
        } catch {
            throw FleetError(
                .unavailable, "the journal \(path) cannot be opened", reason: "\(error)",
                next: "check the disk and the owner of \(directory); \(JournalExamination.hint(directory))")
        }
        journal = SQLiteJournal(writer: writer)
        content = SQLiteContentStore(writer: writer)
    }

    /// The journal of `directory` for reading alone, also while its process runs; nothing is locked or changed.
    package static func reader(directory: String) throws(FleetError) -> SQLiteJournal {
        let path = directory + "/journal.sqlite"
        guard FileManager.default.fileExists(atPath: path) else {
            throw FleetError(
                .notFound, "\(directory) holds no journal", reason: "no such file: \(path)",
                next: "name the data directory of a coordinator or an agent")
        }
        do {
            var configuration = Configuration()
            configuration.label = "flotilla.reader"
            configuration.readonly = true
            configuration.maximumReaderCount = 1
            configuration.busyMode = .timeout(5)
            let pool = try DatabasePool(path: path, configuration: configuration)
            if try pool.read(JournalSchema.migrator.hasBeenSuperseded) {
                throw FleetError(
                    .unsupported, "the journal \(path) was written by a newer version",
                    next: "use the flotilla of that version")
            }
            return SQLiteJournal(writer: GroupCommitWriter(pool: pool, end: try pool.read(JournalEnd.read)))
        } catch let error as FleetError {
            throw error
        } catch {
            throw FleetError(
                .unavailable, "the journal \(path) cannot be read", reason: "\(error)",
                next: "check the owner of \(directory); restore it from a backup if it is damaged")
        }
    }

    /// Waits for what is under way, closes the database and gives the directory free.
    package func close() async {
        await journal.close()
        lock.release()
    }

    private static func open(_ path: String) throws -> DatabasePool {
        if !FileManager.default.fileExists(atPath: path) {
            // SQLite gives -wal and -shm the mode of the database file.
            _ = FileManager.default.createFile(
                atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        }
        var configuration = Configuration()
        configuration.label = "flotilla.journal"
        configuration.maximumReaderCount = 2
        configuration.busyMode = .timeout(5)
        let pool = try DatabasePool(path: path, configuration: configuration)
        // DatabasePool sets synchronous=NORMAL when it opens; anything set earlier is lost.
        try pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000")
            let synchronous = try Int.fetchOne(db, sql: "PRAGMA synchronous")
            let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode")
            guard synchronous == 2, mode == "wal" else {
                throw FleetError(
                    .unavailable, "the journal \(path) cannot be made durable",
                    reason: "synchronous is \(synchronous ?? -1) (needed: 2), journal_mode \(mode ?? "?") (needed: wal)"
                )
            }
        }
        return pool
    }

    private static func prepare(_ pool: DatabasePool, _ directory: String) throws -> (
        term: JournalTerm, end: JournalEnd
    ) {
        let migrator = JournalSchema.migrator
        if try pool.read(migrator.hasBeenSuperseded) {
            throw FleetError(
                .unsupported, "the journal was written by a newer version",
                reason: "it holds migrations this version does not know", next: "start the newer version again")
        }
        try Failpoint.journalMigrate.failStorage()
        try migrator.migrate(pool)
        return try pool.write { db in
            if case .damaged(let position, let detail)? = try JournalEnd.missing(db) {
                throw FleetError(
                    .internalError, "the journal is damaged at position \(position)", reason: detail,
                    next: JournalExamination.hint(directory))
            }
            return (try JournalSchema.beginTerm(db), try JournalEnd.read(db))
        }
    }
}

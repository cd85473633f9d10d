internal import FleetRuntime
internal import Foundation
internal import GRDB

/// The tables, and how older ones become newer ones. A migration, once released, is never changed.
enum JournalSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1-records-snapshot-content") { db in
            try db.execute(
                sql: """
                    CREATE TABLE records (
                        position INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL,
                        payload BLOB NOT NULL, chain BLOB NOT NULL);
                    CREATE TABLE snapshot (
                        id INTEGER PRIMARY KEY CHECK (id = 1), position INTEGER NOT NULL, format INTEGER NOT NULL,
                        payload BLOB NOT NULL, checksum BLOB NOT NULL);
                    CREATE TABLE content (digest TEXT PRIMARY KEY, bytes BLOB NOT NULL);
                    CREATE TABLE numbers (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
                    CREATE TABLE anchor (
                        id INTEGER PRIMARY KEY CHECK (id = 1), position INTEGER NOT NULL, chain BLOB NOT NULL);
                    """)
        }
        // Where the records end: rows that are missing at the end would leave a chain that holds.
        migrator.registerMigration("2-tail") { db in
            try db.execute(
                sql: """
                    CREATE TABLE tail (
                        id INTEGER PRIMARY KEY CHECK (id = 1), position INTEGER NOT NULL, chain BLOB NOT NULL);
                    """)
            try JournalEnd.read(db).write(db)
        }
        migrator.registerMigration("3-terms") { db in
            try db.execute(sql: "CREATE TABLE terms (number INTEGER PRIMARY KEY, name INTEGER NOT NULL)")
        }
        return migrator
    }

    /// Openings remembered; an agent that was away for longer is served again only after an accepted restore.
    private static let terms = 100_000

    static func beginTerm(_ db: Database) throws -> JournalTerm {
        let number = (try number(db, "epoch") ?? 0) + 1
        try setNumber(db, "epoch", number)
        let known = try Int64.fetchAll(db, sql: "SELECT name FROM terms").map { UInt64(bitPattern: $0) }
        var generator = SystemRandomNumberGenerator()
        let name = UInt64.random(in: 1...UInt64.max, using: &generator)
        try db.execute(
            sql: "INSERT OR REPLACE INTO terms VALUES (?, ?)", arguments: [number, Int64(bitPattern: name)])
        try db.execute(
            sql: "DELETE FROM terms WHERE number NOT IN (SELECT number FROM terms ORDER BY number DESC LIMIT ?)",
            arguments: [terms])
        return JournalTerm(
            number: UInt64(number), name: name, known: Set(known),
            acceptedFrom: UInt64(clamping: try Self.number(db, "accepted") ?? 0))
    }

    static func number(_ db: Database, _ name: String) throws -> Int64? {
        try Int64.fetchOne(db, sql: "SELECT value FROM numbers WHERE name = ?", arguments: [name])
    }

    static func setNumber(_ db: Database, _ name: String, _ value: Int64) throws {
        try db.execute(
            sql: "INSERT INTO numbers VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            arguments: [name, value])
    }
}

/// Where the journal begins and ends, with the hash the next record is chained to.
struct JournalEnd: Sendable {
    var first: UInt64
    var last: UInt64
    var chain: Data

    static func read(_ db: Database) throws -> JournalEnd {
        let anchor = try Row.fetchOne(db, sql: "SELECT position, chain FROM anchor")
        let before: Int64 = anchor?["position"] ?? 0
        let last = try Row.fetchOne(db, sql: "SELECT position, chain FROM records ORDER BY position DESC LIMIT 1")
        return JournalEnd(
            first: UInt64(clamping: before) + 1, last: UInt64(clamping: last?["position"] ?? before),
            chain: last?["chain"] ?? anchor?["chain"] ?? RecordChain.seed)
    }

    func write(_ db: Database) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO tail VALUES (1, ?, ?)", arguments: [Int64(clamping: last), chain])
    }

    /// Whether the records end where the last append left them; the position of the first that is missing, if not.
    static func missing(_ db: Database) throws -> JournalError? {
        guard try db.tableExists("tail"), let row = try Row.fetchOne(db, sql: "SELECT position, chain FROM tail")
        else { return nil }
        let end = try read(db)
        let position = UInt64(clamping: row["position"] as Int64? ?? 0)
        if end.last < position {
            return .damaged(
                position: end.last + 1, detail: "the record is missing: \(position) records were written")
        }
        guard end.last == position, end.chain == row["chain"] as Data? else {
            return .damaged(position: end.last, detail: "the record is not the one that was written last")
        }
        return nil
    }

    /// The hash of the record before `position`; nil when it is not there.
    static func chain(before position: UInt64, _ db: Database) throws -> Data? {
        guard position > 1 else { return RecordChain.seed }
        let before = Int64(position) - 1
        return try Data.fetchOne(
            db,
            sql: """
                SELECT chain FROM records WHERE position = ?1
                UNION ALL SELECT chain FROM anchor WHERE position = ?1 LIMIT 1
                """, arguments: [before])
    }
}

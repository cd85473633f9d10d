package import FleetModel
internal import Foundation
internal import GRDB

/// Changes a data directory that no process uses: does what an examination found to help, or takes a restored copy for
/// the valid one.
package enum JournalRepair {
    /// Carries out the remedy and returns where the files as they were are kept. Nothing is done for `nothing` and
    /// `restore`, which throws.
    package static func perform(_ examination: JournalExamination, now: Timestamp) throws(FleetError) -> String {
        let directory = examination.directory
        if case .restore = examination.remedy {
            throw FleetError(
                .refused, "\(directory) cannot be repaired", reason: "too much of it is damaged",
                next: "restore it from a backup")
        }
        let lock = try DirectoryLock(directory: directory)
        defer { lock.release() }
        let kept = try keepCopy(directory, epoch: examination.epoch)
        try change(directory) { db in
            switch examination.remedy {
            case .nothing, .restore: break
            case .dropSnapshot: try db.execute(sql: "DELETE FROM snapshot")
            case .dropHistory(let through): try dropHistory(through, db)
            case .cutTail(let from, let dropsSnapshot):
                try db.execute(sql: "DELETE FROM records WHERE position >= ?", arguments: [Int64(clamping: from)])
                if dropsSnapshot { try db.execute(sql: "DELETE FROM snapshot") }
                if let through = examination.historyDamage(before: from) { try dropHistory(through, db) }
            }
            try JournalEnd.read(db).write(db)
            try raiseEpoch(db, now)
        }
        return kept
    }

    /// A backup was put back on purpose: from now on its epoch is above every one that agents know.
    package static func acceptRestore(_ directory: String, now: Timestamp) throws(FleetError) -> UInt64 {
        let lock = try DirectoryLock(directory: directory)
        defer { lock.release() }
        var epoch: UInt64 = 0
        try change(directory) { db in epoch = try raiseEpoch(db, now) }
        return epoch
    }

    /// Seconds since 1970: more than any number of starts, and more at every later restore.
    @discardableResult
    private static func raiseEpoch(_ db: Database, _ now: Timestamp) throws -> UInt64 {
        let epoch = max((try JournalSchema.number(db, "epoch") ?? 0) + 1, now.milliseconds / 1000)
        try JournalSchema.setNumber(db, "epoch", epoch)
        try JournalSchema.setNumber(db, "accepted", epoch)
        return UInt64(clamping: epoch)
    }

    private static func dropHistory(_ through: UInt64, _ db: Database) throws {
        let position = Int64(clamping: through)
        // Without the record the chain begins anew: nothing that follows it is left then.
        let chain =
            try Data.fetchOne(db, sql: "SELECT chain FROM records WHERE position = ?", arguments: [position])
            ?? RecordChain.seed
        try db.execute(sql: "INSERT OR REPLACE INTO anchor VALUES (1, ?, ?)", arguments: [position, chain])
        try db.execute(sql: "DELETE FROM records WHERE position <= ?", arguments: [position])
    }

    private static func change(_ directory: String, _ body: (Database) throws -> Void) throws(FleetError) {
        do {
            let pool = try DatabasePool(path: directory + "/journal.sqlite")
            try JournalSchema.migrator.migrate(pool)
            try pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = FULL")
                try db.inTransaction {
                    try body(db)
                    return .commit
                }
            }
            try pool.close()
        } catch {
            throw FleetError(
                .unavailable, "the journal of \(directory) cannot be changed", reason: "\(error)",
                next: "check the disk, or restore the directory from a backup")
        }
    }

    private static func keepCopy(_ directory: String, epoch: UInt64) throws(FleetError) -> String {
        let kept = "\(directory)/damaged-\(epoch)"
        let manager = FileManager.default
        do {
            try? manager.removeItem(atPath: kept)
            try manager.createDirectory(
                atPath: kept, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
            for name in ["journal.sqlite", "journal.sqlite-wal"]
            where manager.fileExists(atPath: "\(directory)/\(name)") {
                try manager.copyItem(atPath: "\(directory)/\(name)", toPath: "\(kept)/\(name)")
            }
        } catch {
            throw FleetError(
                .unavailable, "a copy of the damaged journal cannot be kept in \(kept)", reason: "\(error)",
                next: "make room on the disk")
        }
        return kept
    }
}

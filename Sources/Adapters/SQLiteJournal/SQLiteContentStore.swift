package import FleetModel
package import FleetRuntime
internal import Foundation
internal import GRDB

/// Values, packages and bundles by digest, in the journal's database. Made by `SQLiteStorage`.
package final class SQLiteContentStore: ContentStore {
    private let writer: GroupCommitWriter

    init(writer: GroupCommitWriter) { self.writer = writer }

    package func put(_ bytes: [UInt8]) async throws(JournalError) -> ContentDigest {
        try Failpoint.journalContentPut.failStorage()
        let digest = ContentDigest(sha256Of: bytes)
        try await writer.write(bytes: bytes.count) { db, _ in
            try db.execute(
                sql: "INSERT INTO content VALUES (?, ?) ON CONFLICT (digest) DO NOTHING",
                arguments: [digest.rawValue, Data(bytes)])
            return .success(())
        }
        return digest
    }

    package func get(_ digest: ContentDigest) async throws(JournalError) -> [UInt8]? {
        try Failpoint.journalContentGet.failStorage()
        let found = try await writer.read { db in
            .success(
                try Data.fetchOne(db, sql: "SELECT bytes FROM content WHERE digest = ?", arguments: [digest.rawValue])
                    .map { [UInt8]($0) })
        }
        guard let found else { return nil }
        guard ContentDigest(sha256Of: found) == digest else {
            throw .damaged(position: 0, detail: "the bytes of content \(digest) do not match its digest")
        }
        return found
    }

    package func contains(_ digest: ContentDigest) async throws(JournalError) -> Bool {
        try await writer.read { db in
            .success(
                try Bool.fetchOne(
                    db, sql: "SELECT EXISTS (SELECT 1 FROM content WHERE digest = ?)", arguments: [digest.rawValue])
                    ?? false)
        }
    }

    package func retain(only referenced: Set<ContentDigest>) async throws(JournalError) -> Int {
        try await writer.write(bytes: 0) { db, _ in
            let known = try String.fetchAll(db, sql: "SELECT digest FROM content")
            let remove = try db.cachedStatement(sql: "DELETE FROM content WHERE digest = ?")
            var removed = 0
            for digest in known where !referenced.contains(ContentDigest(digest)) {
                try remove.execute(arguments: [digest])
                removed += 1
            }
            return .success(removed)
        }
    }
}

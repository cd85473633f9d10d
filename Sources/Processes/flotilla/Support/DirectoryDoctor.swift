internal import ArgumentParser
internal import FleetModel
internal import ResourceModel
internal import SQLiteJournal

/// `flotilla doctor --data-dir`: what a data directory holds, and what can be saved of it.
struct DirectoryDoctor {
    let directory: String
    let repair: Bool
    let acceptRestore: Bool
    let paint: Paint

    func run(_ format: OutputFormat) throws {
        let found = try JournalExamination(directory: directory)
        Printer.one(document(found), name: "directory/\(directory)", format: format) {
            lines(found).joined(separator: "\n")
        }
        if acceptRestore {
            let epoch = try JournalRepair.acceptRestore(directory, now: WallClock.now)
            Console.talk("this copy is the valid one now, from epoch \(epoch) on; agents at later states are raised")
        }
        guard repair, found.remedy != .nothing else {
            if !found.findings.isEmpty { throw ExitCode(1) }
            return
        }
        let kept = try JournalRepair.perform(found, now: WallClock.now)
        Console.talk("repaired; the files as they were are in \(kept)")
        let after = try JournalExamination(directory: directory)
        for line in lines(after) { Console.talk(line) }
        if after.remedy != .nothing { throw ExitCode(1) }
    }

    private func lines(_ found: JournalExamination) -> [String] {
        let isGood = found.findings.isEmpty
        var lines = [
            "\(isGood ? paint("✓", .good) : paint("✗", .bad)) \(directory)  records \(found.first) to \(found.last)  "
                + "snapshot \(found.snapshot.map { "at \($0)" } ?? "none")  \(found.contents) contents  "
                + "epoch \(found.epoch)" + (found.holder.map { "  in use by process \($0)" } ?? "")
        ]
        for finding in found.findings {
            lines.append("  \(finding.position.map { "record \($0): " } ?? "")\(finding.detail)")
        }
        if !isGood { lines.append("  next  \(Self.advice(found))") }
        return lines
    }

    private static func advice(_ found: JournalExamination) -> String {
        let command = "flotilla doctor --data-dir \(found.directory) --repair"
        switch found.remedy {
        case .nothing:
            return "the journal is whole; register the version again that names the content, or restore a backup"
        case .dropSnapshot: return "\(command)  makes the snapshot anew from the records; nothing is lost"
        case .dropHistory(let through):
            return "\(command)  keeps the whole state; the feed loses its events up to \(through), as a gap"
        case .cutTail(let from, _):
            return "restore a backup that is newer than record \(from - 1), or \(command)  keeps what was true at "
                + "record \(from - 1); commands acknowledged from record \(from) on are lost and must be given again"
        case .restore:
            return "restore the directory from a backup; for an agent without one: empty it and join it again"
        }
    }

    private func document(_ found: JournalExamination) -> Value {
        Documents.document(
            "DataDirectory",
            [
                "directory": .string(directory), "first": .int(Int64(clamping: found.first)),
                "last": .int(Int64(clamping: found.last)), "epoch": .int(Int64(clamping: found.epoch)),
                "snapshot": found.snapshot.map { .int(Int64(clamping: $0)) } ?? .null,
                "contents": .int(Int64(found.contents)), "inUseBy": found.holder.map { .string($0) } ?? .null,
                "findings": .array(
                    found.findings.map { finding in
                        [
                            "position": finding.position.map { .int(Int64(clamping: $0)) } ?? .null,
                            "detail": .string(finding.detail),
                        ]
                    }),
                "next": found.findings.isEmpty ? .null : .string(Self.advice(found)),
            ])
    }
}

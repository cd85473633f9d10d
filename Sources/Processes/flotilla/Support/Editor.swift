internal import FleetModel
internal import Foundation

/// The operator's own editor on a private temporary file.
enum Editor {
    static func edit(_ text: String, name: String) throws -> String {
        let environment = ProcessInfo.processInfo.environment
        let editor = environment["VISUAL"] ?? environment["EDITOR"] ?? "vi"
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("flotilla-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("\(name)-values.yaml")
        try Data(text.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)

        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        // The shell's own quoting of "$0" keeps the path whole; $EDITOR may carry arguments.
        process.arguments = ["-c", editor + " \"$0\"", file.path]
        // The child starts in its own process group; it must be the terminal's foreground group to read keys.
        signal(SIGTTOU, SIG_IGN)
        try process.run()
        tcsetpgrp(STDIN_FILENO, process.processIdentifier)
        kill(-process.processIdentifier, SIGCONT)
        process.waitUntilExit()
        tcsetpgrp(STDIN_FILENO, getpgrp())
        guard process.terminationStatus == 0 else {
            throw FleetError(
                .refused, "the editor ended with \(process.terminationStatus); nothing was changed",
                reason: editor, next: "set EDITOR, or use -f values.yaml")
        }
        return try String(contentsOf: file, encoding: .utf8)
    }
}

internal import Foundation

/// Standard output for data, standard error for talk; unbuffered, so that a reader of a pipe sees each line at once.
enum Console {
    static func data(_ text: String) { write(text, to: .standardOutput) }
    static func talk(_ text: String) { write(text, to: .standardError) }

    /// Without the newline; for redrawing.
    static func raw(_ text: String) { put(text, to: .standardOutput) }

    /// Without the newline, to standard error; for prompts.
    static func prompt(_ text: String) { put(text, to: .standardError) }

    private static func write(_ text: String, to handle: FileHandle) {
        put(text.hasSuffix("\n") ? text : text + "\n", to: handle)
    }

    private static func put(_ text: String, to handle: FileHandle) {
        // A reader that has gone (`| head`) ends the command quietly, as SIGPIPE would.
        do { try handle.write(contentsOf: Data(text.utf8)) } catch { exit(141) }
    }
}

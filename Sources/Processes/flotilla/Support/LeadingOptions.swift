internal import ArgumentParser

/// Lets the options that say where and as whom stand before the command, as users of kubectl write them:
/// `flotilla --server https://fleet:7443 supervisor list`.
enum LeadingOptions {
    private static let names: Set<String> = [
        "--server", "--context", "--token-file", "--ca-file", "--client-certificate", "--client-key", "--reason",
        "--color", "--output", "-o",
    ]

    /// The same words with such options moved behind the last word of the command; unchanged when there is no command.
    static func moved(_ words: [String], root: any ParsableCommand.Type) -> [String] {
        var options: [String] = []
        var command: [String] = []
        var commands = root.configuration.subcommands
        var index = 0
        while index < words.count, !commands.isEmpty {
            let word = words[index]
            let name = word.split(separator: "=", maxSplits: 1).first.map(String.init) ?? word
            if names.contains(name) {
                let length = name == word ? 2 : 1
                options += words[index..<min(index + length, words.count)]
                index += length
            } else if let next = commands.first(where: { $0.names.contains(word) }) {
                command.append(word)
                commands = next.configuration.subcommands
                index += 1
            } else {
                break
            }
        }
        guard !command.isEmpty, !options.isEmpty, index <= words.count else { return words }
        return command + options + words[index...]
    }
}

extension ParsableCommand {
    /// What the command may be called by.
    static var names: [String] { [_commandName] + configuration.aliases }
}

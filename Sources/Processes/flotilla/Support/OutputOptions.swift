internal import ArgumentParser

/// The one option of every command that prints.
struct OutputOptions: ParsableArguments {
    @Option(name: [.customShort("o"), .long], help: "table, wide, json, yaml, jsonl or name.")
    var output: OutputFormat = .table
}

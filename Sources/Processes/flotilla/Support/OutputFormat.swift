internal import ArgumentParser

/// How documents are printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case table, wide, json, yaml, jsonl, name

    var isForPeople: Bool { self == .table || self == .wide }
}

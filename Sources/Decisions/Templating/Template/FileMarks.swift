/// `--file-mark path:key=value`: changes what a file is.
enum FileMarks {
    static func apply(
        _ marks: [String], to files: [TemplateSource]
    ) throws(TemplateError) -> [TemplateSource] {
        var files = files
        var only: Set<String> = []
        for mark in marks {
            guard let colon = mark.firstIndex(of: ":") else {
                throw TemplateError("Expected file mark '\(mark)' to be in format path:key=value")
            }
            let rest = mark[mark.index(after: colon)...]
            guard let equals = rest.firstIndex(of: "=") else {
                throw TemplateError("Expected file mark '\(mark)' key-value portion to be in format key=value")
            }
            let pattern = Pattern(String(mark[..<colon]))
            let key = String(rest[..<equals])
            let value = String(rest[rest.index(after: equals)...])
            let places = files.indices.filter { pattern.matches(files[$0].givenPath) }
            if places.isEmpty {
                throw TemplateError("Expected file mark '\(mark)' to match at least one file by path, but did not")
            }
            for place in places { try set(key, value, on: &files[place], mark) }
            switch key {
            case "exclude": files = files.enumerated().filter { !places.contains($0.offset) }.map(\.element)
            case "exclusive-for-output": only.formUnion(places.map { files[$0].givenPath })
            default: break
            }
        }
        if !only.isEmpty {
            for place in files.indices { files[place].markedForOutput = only.contains(files[place].givenPath) }
        }
        return files
    }

    private static func set(
        _ key: String, _ value: String, on file: inout TemplateSource, _ mark: String
    ) throws(TemplateError) {
        let unknown = TemplateError("Unknown value in file mark '\(mark)'")
        switch key {
        case "path": file.path = value
        case "exclude", "exclusive-for-output": guard value == "true" else { throw unknown }
        case "for-output":
            guard value == "true" else { throw unknown }
            file.markedForOutput = true
        case "type":
            let kinds: [String: (TemplateSource.Kind, Bool)] = [
                "yaml-template": (.yaml, true), "yaml-plain": (.yaml, false), "text-template": (.text, true),
                "text-plain": (.text, false), "starlark": (.starlark, false), "data": (.unknown, false),
            ]
            guard let (kind, isTemplate) = kinds[value] else { throw unknown }
            file.markedKind = kind
            file.markedTemplate = isTemplate
        default: throw TemplateError("Unknown key in file mark '\(mark)'")
        }
    }

    /// A path in which the first `**/*` stands for anything and the first other `*` for anything without a slash.
    private struct Pattern {
        private enum Piece {
            case literal([UInt8])
            case anything, name
        }

        private var pieces: [Piece]

        init(_ text: String) {
            pieces = [.literal(Array(text.utf8))]
            split(at: Array("**/*".utf8), .anything)
            split(at: Array("*".utf8), .name)
        }

        private mutating func split(at mark: [UInt8], _ wildcard: Piece) {
            for (place, piece) in pieces.enumerated() {
                guard case .literal(let bytes) = piece, let found = StarlarkBytes.find(mark, in: bytes) else {
                    continue
                }
                pieces.replaceSubrange(
                    place...place,
                    with: [
                        .literal(Array(bytes[..<found])), wildcard, .literal(Array(bytes[(found + mark.count)...])),
                    ])
                return
            }
        }

        func matches(_ path: String) -> Bool { matches(Array(path.utf8)[...], pieces[...]) }

        private func matches(_ path: ArraySlice<UInt8>, _ pieces: ArraySlice<Piece>) -> Bool {
            guard let piece = pieces.first else { return path.isEmpty }
            let rest = pieces.dropFirst()
            switch piece {
            case .literal(let bytes): return path.starts(with: bytes) && matches(path.dropFirst(bytes.count), rest)
            case .anything, .name:
                var length = 1
                while length <= path.count {
                    if case .name = piece, path[path.startIndex + length - 1] == UInt8(ascii: "/") { return false }
                    if matches(path.dropFirst(length), rest) { return true }
                    length += 1
                }
                return false
            }
        }
    }
}

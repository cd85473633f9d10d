/// Splits a byte stream at newlines; chunk borders of a watch stream mean nothing.
struct LineSplitter {
    private var rest: [UInt8] = []
    private let limit: Int

    /// `limit`: the longest line in bytes that is kept.
    init(limit: Int) { self.limit = limit }

    /// The complete lines so far; nil when a line is longer than the limit.
    mutating func feed(_ chunk: [UInt8]) -> [[UInt8]]? {
        var lines: [[UInt8]] = []
        var start = chunk.startIndex
        while let end = chunk[start...].firstIndex(of: 0x0A) {
            guard rest.count + (end - start) <= limit else { return nil }
            let line = rest + chunk[start..<end]
            rest = []
            if !line.isEmpty { lines.append(line) }
            start = end + 1
        }
        guard rest.count + (chunk.endIndex - start) <= limit else { return nil }
        rest += chunk[start...]
        return lines
    }
}

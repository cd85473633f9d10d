/// Columns of text with two spaces between them, as kubectl prints them.
package struct Table {
    private var rows: [[String]]

    package init(_ header: [String]) { rows = [header] }
    package init() { rows = [] }

    package mutating func add(_ row: [String]) { rows.append(row) }

    /// Widths count characters; the last column is not padded.
    package func lines(indent: String = "") -> [String] {
        let columns = rows.map(\.count).max() ?? 0
        var widths = [Int](repeating: 0, count: columns)
        for row in rows {
            for (index, cell) in row.enumerated() where index + 1 < row.count {
                widths[index] = max(widths[index], cell.count)
            }
        }
        return rows.map { row in
            var line = indent
            for (index, cell) in row.enumerated() {
                line += cell
                if index + 1 < row.count {
                    line += String(repeating: " ", count: widths[index] - cell.count + 2)
                }
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    package func text(indent: String = "") -> String { lines(indent: indent).joined(separator: "\n") }
}

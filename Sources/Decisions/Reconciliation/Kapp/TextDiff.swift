internal import ResourceModel

/// A line diff of two YAML texts in the form kapp prints: numbers from 0, two lines after and one before a change.
package struct TextDiff: Hashable, Sendable {
    enum Line: Hashable, Sendable {
        case common(Int, Int, String)
        case left(Int, String)
        case right(Int, String)

        var isChange: Bool { if case .common = self { false } else { true } }
    }

    let lines: [Line]

    /// Above this product of differing line counts the whole middle is shown as replaced: time and memory stay bounded.
    static let maximumCells = 4_000_000

    package init(existing: String, new: String) {
        let left =
            existing.isEmpty ? [] : existing.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let right = new.isEmpty ? [] : new.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        lines = Self.compared(left, right)
    }

    package var hasChanges: Bool { lines.contains(where: \.isChange) }

    /// The changed lines with their context.
    package func printed(context: Int = 2) -> [String] {
        var shown: [String] = []
        var wasShown = false
        let changed = lines.map(\.isChange)
        for (position, line) in lines.enumerated() {
            switch line {
            case .right(let number, let text): shown.append("    \(Self.number(number)) + \(text)")
            case .left(let number, let text): shown.append("\(Self.number(number))     - \(text)")
            case .common(let left, let right, let text):
                let range = max(0, position - context)..<min(lines.count, position + context)
                let isNear = changed[range].contains(true)
                if position != 0, !wasShown, isNear { shown.append("  ...") }
                if isNear { shown.append("\(Self.number(left)),\(Self.number(right))   \(text)") }
                wasShown = isNear
            }
        }
        return shown
    }

    private static func number(_ number: Int) -> String {
        let text = String(number)
        return String(repeating: " ", count: max(0, 3 - text.count)) + text
    }

    private static func compared(_ left: [String], _ right: [String]) -> [Line] {
        var start = 0
        while start < left.count, start < right.count, left[start] == right[start] { start += 1 }
        var end = 0
        while end < left.count - start, end < right.count - start,
            left[left.count - 1 - end] == right[right.count - 1 - end]
        { end += 1 }
        var lines = (0..<start).map { Line.common($0, $0, left[$0]) }
        lines += middle(left, right, start..<(left.count - end), start..<(right.count - end))
        for offset in stride(from: end, to: 0, by: -1) {
            lines.append(.common(left.count - offset, right.count - offset, left[left.count - offset]))
        }
        return lines
    }

    private static func middle(
        _ left: [String], _ right: [String], _ leftRange: Range<Int>, _ rightRange: Range<Int>
    ) -> [Line] {
        let (rows, columns) = (leftRange.count, rightRange.count)
        guard rows > 0, columns > 0, rows * columns <= maximumCells else {
            return leftRange.map { .left($0, left[$0]) } + rightRange.map { .right($0, right[$0]) }
        }
        // lengths[r][c]: the longest common subsequence of what follows row r and column c.
        var lengths = [Int32](repeating: 0, count: (rows + 1) * (columns + 1))
        for row in stride(from: rows - 1, through: 0, by: -1) {
            for column in stride(from: columns - 1, through: 0, by: -1) {
                let place = row * (columns + 1) + column
                lengths[place] =
                    left[leftRange.lowerBound + row] == right[rightRange.lowerBound + column]
                    ? lengths[place + columns + 2] + 1 : max(lengths[place + columns + 1], lengths[place + 1])
            }
        }
        var lines: [Line] = []
        var (row, column) = (0, 0)
        while row < rows || column < columns {
            let (leftLine, rightLine) = (leftRange.lowerBound + row, rightRange.lowerBound + column)
            let place = row * (columns + 1) + column
            if row < rows, column < columns, left[leftLine] == right[rightLine] {
                lines.append(.common(leftLine, rightLine, left[leftLine]))
                row += 1
                column += 1
            } else if row < rows, column == columns || lengths[place + columns + 1] >= lengths[place + 1] {
                lines.append(.left(leftLine, left[leftLine]))
                row += 1
            } else {
                lines.append(.right(rightLine, right[rightLine]))
                column += 1
            }
        }
        return lines
    }
}

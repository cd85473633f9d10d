internal import ResourceModel

/// Which change waits for which, by kapp's change groups and rules.
///
/// Required rules that close a cycle are an error; optional ones (`ignoreIfCyclical`) are dropped where they would.
package struct ChangeGraph: Hashable, Sendable {
    package let descriptions: [String]
    /// For each change the changes that must be done (applied and waited for) before it starts.
    package private(set) var waitsFor: [[Int]]
    /// Row i: bits of all changes that i waits for, directly or not.
    private var reach: [[UInt64]]

    package init(changes: [ResourceChange], config: KappConfig = .standard) throws(KappError) {
        descriptions = changes.map(\.resource)
        waitsFor = changes.map { _ in [] }
        reach = changes.map { _ in [UInt64](repeating: 0, count: (changes.count + 63) / 64) }

        var members: [String: [Int]] = [:]
        var rules: [(change: Int, rule: ChangeRule)] = []
        do {
            for (index, change) in changes.enumerated() {
                // A change that does nothing neither waits nor is waited for, except by its place in the poll.
                guard let isUpsert = Self.isUpsert(change) else { continue }
                for group in try ChangeRule.groups(of: change.object, config: config) {
                    members[Self.target(isUpsert, group), default: []].append(index)
                }
                for rule in try ChangeRule.rules(of: change.object, config: config) where rule.isUpsert == isUpsert {
                    rules.append((index, rule))
                }
            }
        } catch {
            throw KappError("Change graph: Calculating required deps: \(error.text)")
        }

        for (index, rule) in rules where !rule.ignoreIfCyclical {
            for other in members[Self.target(rule.targetsUpsert, rule.group)] ?? [] {
                let (from, to) = rule.isBefore ? (other, index) : (index, other)
                if !waitsFor[from].contains(to) { link(from, to) }
            }
        }
        try checkCycles()

        let optional = rules.filter { $0.rule.ignoreIfCyclical }.enumerated().sorted {
            ($1.element.rule.weight, $0.offset) < ($0.element.rule.weight, $1.offset)
        }
        for (index, rule) in optional.map(\.element) {
            for other in members[Self.target(rule.targetsUpsert, rule.group)] ?? [] {
                let (from, to) = rule.isBefore ? (other, index) : (index, other)
                if from != to, !isWaiting(to, for: from), !waitsFor[from].contains(to) { link(from, to) }
            }
        }
    }

    /// The changes in the order of kapp's sections: each section's members wait only for earlier sections.
    package var sections: [[Int]] {
        var done: Set<Int> = []
        var sections: [[Int]] = []
        while done.count < waitsFor.count {
            let section = ready(done: done, started: done)
            guard !section.isEmpty else { break }
            sections.append(section)
            done.formUnion(section)
        }
        return sections
    }

    /// Changes that may start now: not started, and nothing they wait for is left to do.
    package func ready(done: Set<Int>, started: Set<Int>) -> [Int] {
        waitsFor.indices.filter { !started.contains($0) && waitsFor[$0].allSatisfy(done.contains) }
    }

    private static func isUpsert(_ change: ResourceChange) -> Bool? {
        switch change.operation {
        case .create, .update: true
        case .delete: false
        case .noop, .exists: nil
        }
    }

    private static func target(_ isUpsert: Bool, _ group: String) -> String {
        (isUpsert ? "upserting " : "deleting ") + group
    }

    private func isWaiting(_ from: Int, for to: Int) -> Bool { reach[from][to / 64] & (1 << UInt64(to % 64)) != 0 }

    private mutating func link(_ from: Int, _ to: Int) {
        waitsFor[from].append(to)
        if isWaiting(from, for: to) { return }
        var added = reach[to]
        added[to / 64] |= 1 << UInt64(to % 64)
        for index in reach.indices where index == from || isWaiting(index, for: from) {
            for word in added.indices { reach[index][word] |= added[word] }
        }
    }

    /// Depth-first search; the text names the way round, as kapp writes it.
    private func checkCycles() throws(KappError) {
        var finished: Set<Int> = []
        for start in waitsFor.indices {
            guard isWaiting(start, for: start) else { continue }
            var path: [Int] = []
            if let repeated = visit(start, &path, &finished) {
                let way = path.map { "[\(descriptions[$0])]" }.joined(separator: " -> ")
                throw KappError(
                    "Detected cycle while ordering changes: \(way) -> [\(descriptions[repeated])] "
                        + "(found repeated: \(descriptions[repeated]))")
            }
        }
    }

    private func visit(_ node: Int, _ path: inout [Int], _ finished: inout Set<Int>) -> Int? {
        if finished.contains(node) { return nil }
        if path.contains(node) { return node }
        path.append(node)
        for next in waitsFor[node] {
            if let found = visit(next, &path, &finished) { return found }
        }
        path.removeLast()
        finished.insert(node)
        return nil
    }
}

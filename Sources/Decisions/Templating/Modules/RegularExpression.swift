/// Regular expressions in Go's syntax, matched in time linear in the text: patterns come from packages.
struct RegularExpression {
    indirect enum Node {
        case empty
        case scalar(ScalarClass)
        case sequence([Node])
        case choice([Node])
        case repeated(Node, least: Int, most: Int?, lazy: Bool)
        case group(Node, index: Int)
        case anchor(Anchor)
    }

    enum Anchor { case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary }

    enum Instruction {
        case scalar(ScalarClass)
        case split(Int, Int)
        case jump(Int)
        case save(Int)
        case anchor(Anchor)
        case accept
    }

    /// Some scalars, or all others.
    struct ScalarClass {
        var ranges: [ClosedRange<UInt32>]
        var negated = false
        var ignoresCase = false

        func contains(_ scalar: Unicode.Scalar) -> Bool {
            var found = ranges.contains { $0.contains(scalar.value) }
            if !found, ignoresCase {
                for other in [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping] {
                    guard let variant = other.unicodeScalars.first else { continue }
                    if ranges.contains(where: { $0.contains(variant.value) }) { found = true }
                }
            }
            return found != negated
        }
    }

    let names: [Int: String]
    let groupCount: Int
    private var program: [Instruction] = []

    init(_ pattern: String) throws(TemplateError) {
        var parser = RegularExpressionParser(pattern)
        let root = try parser.parse()
        names = parser.names
        groupCount = parser.groups
        program.append(.save(0))
        try compile(root)
        program.append(.save(1))
        program.append(.accept)
    }

    private mutating func compile(_ node: Node) throws(TemplateError) {
        if program.count > 20_000 {
            throw TemplateError("error parsing regexp: expression is too large (limit 'regexpSize')")
        }
        switch node {
        case .empty: break
        case .scalar(let scalars): program.append(.scalar(scalars))
        case .anchor(let anchor): program.append(.anchor(anchor))
        case .sequence(let nodes): for node in nodes { try compile(node) }
        case .group(let inner, let index):
            program.append(.save(index * 2))
            try compile(inner)
            program.append(.save(index * 2 + 1))
        case .choice(let nodes):
            var ends: [Int] = []
            for (number, inner) in nodes.enumerated() {
                if number == nodes.count - 1 {
                    try compile(inner)
                } else {
                    let split = program.count
                    program.append(.jump(0))
                    try compile(inner)
                    ends.append(program.count)
                    program.append(.jump(0))
                    program[split] = .split(split + 1, program.count)
                }
            }
            for end in ends { program[end] = .jump(program.count) }
        case .repeated(let inner, let least, let most, let lazy):
            for _ in 0..<least { try compile(inner) }
            if let most {
                var splits: [Int] = []
                for _ in least..<max(most, least) {
                    splits.append(program.count)
                    program.append(.jump(0))
                    try compile(inner)
                }
                for split in splits { setSplit(split, into: split + 1, past: program.count, lazy: lazy) }
            } else {
                let split = program.count
                program.append(.jump(0))
                try compile(inner)
                program.append(.jump(split))
                setSplit(split, into: split + 1, past: program.count, lazy: lazy)
            }
        }
    }

    private mutating func setSplit(_ place: Int, into: Int, past: Int, lazy: Bool) {
        program[place] = lazy ? .split(past, into) : .split(into, past)
    }

    // MARK: matching

    private struct State {
        var instruction: Int
        var saves: [Int]
    }

    /// The first match from `start`: begin and end of the whole and of each group, -1 for groups without one.
    ///
    /// `budget` counts the states looked at; a search that takes more of them fails.
    func match(
        _ text: [Unicode.Scalar], from start: Int = 0, budget: inout Int
    ) throws(TemplateError) -> [Int]? {
        var current: [State] = []
        var best: [Int]?
        let empty = [Int](repeating: -1, count: groupCount * 2 + 2)
        var position = start
        while true {
            var seen = Set<Int>()
            var next: [State] = []
            var states: [State] = []
            for state in current { follow(state, text, position, &seen, &states) }
            if best == nil { follow(State(instruction: 0, saves: empty), text, position, &seen, &states) }
            budget -= states.count + seen.count
            if budget < 0 {
                throw TemplateError("matching a regular expression takes too long (limit 'regexpWork')")
            }
            loop: for state in states {
                switch program[state.instruction] {
                case .accept:
                    best = state.saves
                    break loop
                case .scalar(let scalars):
                    if position < text.count, scalars.contains(text[position]) {
                        next.append(State(instruction: state.instruction + 1, saves: state.saves))
                    }
                default: break
                }
            }
            current = next
            if position >= text.count || (current.isEmpty && best != nil) { return best }
            position += 1
        }
    }

    /// Adds the states that are reached without taking a scalar, in order of preference.
    private func follow(
        _ first: State, _ text: [Unicode.Scalar], _ position: Int, _ seen: inout Set<Int>, _ states: inout [State]
    ) {
        var pending = [first]
        while let state = pending.popLast() {
            guard seen.insert(state.instruction).inserted else { continue }
            switch program[state.instruction] {
            case .jump(let target): pending.append(State(instruction: target, saves: state.saves))
            case .split(let preferred, let other):
                pending.append(State(instruction: other, saves: state.saves))
                pending.append(State(instruction: preferred, saves: state.saves))
            case .save(let slot):
                var saves = state.saves
                saves[slot] = position
                pending.append(State(instruction: state.instruction + 1, saves: saves))
            case .anchor(let anchor):
                if holds(anchor, text, position) {
                    pending.append(State(instruction: state.instruction + 1, saves: state.saves))
                }
            case .scalar, .accept: states.append(state)
            }
        }
    }

    private func holds(_ anchor: Anchor, _ text: [Unicode.Scalar], _ position: Int) -> Bool {
        func isWord(_ index: Int) -> Bool {
            guard text.indices.contains(index), text[index].isASCII else { return false }
            return text[index] == "_" || text[index].properties.isAlphabetic
                || text[index].properties.numericType != nil
        }
        switch anchor {
        case .textStart: return position == 0
        case .textEnd: return position == text.count
        case .lineStart: return position == 0 || text[position - 1] == "\n"
        case .lineEnd: return position == text.count || text[position] == "\n"
        case .wordBoundary: return isWord(position - 1) != isWord(position)
        case .noWordBoundary: return isWord(position - 1) == isWord(position)
        }
    }
}

/// An expression; `line` is where the interpreter is when it fails.
indirect enum StarlarkExpression {
    case literal(StarlarkValue)
    case name(StarlarkName)
    case list([StarlarkExpression])
    case tuple([StarlarkExpression])
    case dictionary([(key: StarlarkExpression, value: StarlarkExpression)], line: Int)
    case conditional(StarlarkExpression, StarlarkExpression, StarlarkExpression)
    case and(StarlarkExpression, StarlarkExpression)
    case or(StarlarkExpression, StarlarkExpression)
    case not(StarlarkExpression)
    case unary(String, StarlarkExpression, line: Int)
    case binary(StarlarkOperator, StarlarkExpression, StarlarkExpression, line: Int)
    case attribute(StarlarkExpression, String, line: Int)
    case index(StarlarkExpression, StarlarkExpression, line: Int)
    case slice(StarlarkExpression, [StarlarkExpression?], line: Int)
    case call(StarlarkExpression, [StarlarkArgument], line: Int)
    case function(StarlarkCode)
    case comprehension(StarlarkComprehension)
}

/// Binary operators.
enum StarlarkOperator: String {
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case greater = ">"
    case lessEqual = "<="
    case greaterEqual = ">="
    case contained = "in"
    case notContained = "not in"
    case bitOr = "|"
    case bitXor = "^"
    case bitAnd = "&"
    case shiftLeft = "<<"
    case shiftRight = ">>"
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case floorDivide = "//"
    case modulo = "%"
}

/// One argument of a call.
struct StarlarkArgument {
    enum Kind { case positional, named(String), star, doubleStar }
    var kind: Kind
    var value: StarlarkExpression
}

/// A name and, after resolving, where its value is.
final class StarlarkName {
    enum Place {
        case unresolved
        case local(Int)
        case outer(depth: Int, Int)
        case global(Int)
        case value(StarlarkValue)
    }

    let name: String
    let line: Int
    var place = Place.unresolved

    init(_ name: String, line: Int) {
        self.name = name
        self.line = line
    }
}

/// `[body for … if …]` and its dictionary form.
final class StarlarkComprehension {
    enum Clause {
        case loop(StarlarkTarget, StarlarkExpression, line: Int)
        case condition(StarlarkExpression)
    }

    let key: StarlarkExpression?
    let body: StarlarkExpression
    let clauses: [Clause]
    let line: Int

    init(key: StarlarkExpression?, body: StarlarkExpression, clauses: [Clause], line: Int) {
        self.key = key
        self.body = body
        self.clauses = clauses
        self.line = line
    }
}

/// What may stand left of `=`.
indirect enum StarlarkTarget {
    case name(StarlarkName)
    case attribute(StarlarkExpression, String, line: Int)
    case index(StarlarkExpression, StarlarkExpression, line: Int)
    case many([StarlarkTarget], line: Int)
}

/// A statement.
indirect enum StarlarkStatement {
    case expression(StarlarkExpression, line: Int)
    case assign(StarlarkTarget, StarlarkExpression, line: Int)
    case augment(StarlarkTarget, StarlarkOperator, StarlarkExpression, line: Int)
    case branch([(condition: StarlarkExpression, body: [StarlarkStatement])], [StarlarkStatement], line: Int)
    case loop(StarlarkTarget, StarlarkExpression, [StarlarkStatement], line: Int)
    case define(StarlarkName, StarlarkCode, line: Int)
    case giveBack(StarlarkExpression?, line: Int)
    case breakLoop
    case continueLoop
    case load(String, [(local: StarlarkName, remote: String)], line: Int)

    var line: Int {
        switch self {
        case .expression(_, let line), .assign(_, _, let line), .augment(_, _, _, let line), .branch(_, _, let line),
            .loop(_, _, _, let line), .define(_, _, let line), .giveBack(_, let line), .load(_, _, let line):
            line
        case .breakLoop, .continueLoop: 0
        }
    }
}

/// A parameter of a function.
struct StarlarkParameter {
    enum Kind { case plain, star, doubleStar }
    var name: String
    var kind = Kind.plain
    var standard: StarlarkExpression?
    /// After `*` or `*args`: only by name.
    var keywordOnly = false
}

/// A function's code, shared by all functions made from one `def` or `lambda`.
final class StarlarkCode {
    let name: String
    let file: String
    let line: Int
    let parameters: [StarlarkParameter]
    var body: [StarlarkStatement]
    /// Parameters first, then other local names.
    var locals: [String] = []
    /// The dialect when the body makes nodes of a template: such a function gives back what it made.
    var dialect: TemplateDialect?

    init(name: String, file: String, line: Int, parameters: [StarlarkParameter], body: [StarlarkStatement]) {
        self.name = name
        self.file = file
        self.line = line
        self.parameters = parameters
        self.body = body
    }

    /// Where Go's interpreter says it is before the first statement ran.
    var firstLine: Int { body.first { $0.line > 0 }?.line ?? line }
}

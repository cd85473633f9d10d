internal import ResourceModel

/// An expression of the Common Expression Language, as the rules of CRDs use it.
indirect enum CELExpression: Hashable {
    case literal(Value)
    case name(String)
    case list([CELExpression])
    case map([CELExpression], [CELExpression])
    case select(CELExpression, String)
    /// `has(x.y)`
    case has(CELExpression, String)
    case index(CELExpression, CELExpression)
    /// `x.?y`
    case optionalSelect(CELExpression, String)
    /// `x[?y]`
    case optionalIndex(CELExpression, CELExpression)
    case not(CELExpression)
    case negative(CELExpression)
    case binary(String, CELExpression, CELExpression)
    case conditional(CELExpression, CELExpression, CELExpression)
    case call(String, CELExpression?, [CELExpression])
    /// `all`, `exists`, `exists_one`, `filter`, `map`: the range, its variable, the body, and `map`'s condition.
    case macro(String, CELExpression, String, CELExpression, CELExpression?)

    /// Whether a name is used anywhere in it.
    func mentions(_ wanted: String) -> Bool {
        switch self {
        case .literal: false
        case .name(let name): name == wanted
        case .list(let items): items.contains { $0.mentions(wanted) }
        case .map(let keys, let values): (keys + values).contains { $0.mentions(wanted) }
        case .select(let base, _), .has(let base, _), .optionalSelect(let base, _), .not(let base), .negative(let base):
            base.mentions(wanted)
        case .index(let base, let key), .optionalIndex(let base, let key): base.mentions(wanted) || key.mentions(wanted)
        case .binary(_, let left, let right): left.mentions(wanted) || right.mentions(wanted)
        case .conditional(let test, let yes, let no):
            test.mentions(wanted) || yes.mentions(wanted) || no.mentions(wanted)
        case .call(_, let target, let arguments):
            target?.mentions(wanted) ?? false || arguments.contains { $0.mentions(wanted) }
        case .macro(_, let range, _, let body, let condition):
            range.mentions(wanted) || body.mentions(wanted) || condition?.mentions(wanted) ?? false
        }
    }
}

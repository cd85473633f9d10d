/// What a `load` found: a module's names.
struct StarlarkLoaded {
    var find: (String) -> StarlarkValue?
    var names: [String]
}

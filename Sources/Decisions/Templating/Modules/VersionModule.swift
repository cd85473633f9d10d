/// `@ytt:version`.
enum VersionModule {
    /// The version of ytt whose behaviour this renderer has.
    private static let current = [0, 48, 0]

    static func make() -> StarlarkValue {
        StarlarkStruct.module([
            (
                "require_at_least",
                YttModules.function("version.require_at_least") { (_, args, _) throws(TemplateError) in
                    let text = try YttModules.string(try YttModules.one(args))
                    let core = text.prefix { $0 != "+" }.split(separator: "-", maxSplits: 1)
                    let parts =
                        core.first?.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) } ?? []
                    let numbers = parts.compactMap { $0 }
                    guard numbers.count == 3, parts.count == 3 else {
                        throw TemplateError("version string '\(text)' must be a valid semver")
                    }
                    let isBefore = current.lexicographicallyPrecedes(numbers)
                    if isBefore {
                        throw TemplateError("ytt version 0.48.0 does not meet the minimum required version \(text)")
                    }
                    return .none
                }
            )
        ])
    }
}

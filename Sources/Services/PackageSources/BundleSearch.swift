internal import FleetModel

/// Where a bundle was looked for, and what each place answered.
struct BundleSearch {
    private struct Step {
        var place: SourceMap.Place
        var title: String
        var failure: PlaceFailure
    }

    let reference: BundleReference
    /// All that are configured, whether they match or not.
    let rules: Int
    private var steps: [Step] = []

    init(reference: BundleReference, rules: Int) {
        self.reference = reference
        self.rules = rules
    }

    mutating func note(_ place: SourceMap.Place, _ title: String, _ failure: PlaceFailure) {
        steps.append(Step(place: place, title: title, failure: failure))
    }

    /// One text for all of it: which image, every place with its answer, how to add it.
    var error: FleetError {
        let asked = steps.filter { $0.place != .coordinator }
        guard !asked.isEmpty else {
            let coordinator = steps.first.map { "; the coordinator: \($0.failure.text)" } ?? ""
            return FleetError(
                code, "no source for \(reference.title)",
                reason: "none of the \(rules) rules under `sources` in the configuration matches" + coordinator,
                next: howToAdd)
        }
        return FleetError(
            code, message, reason: steps.map { "\($0.title): \($0.failure.text)" }.joined(separator: "; "), next: next)
    }

    private var message: String {
        steps.contains { if case .absent = $0.failure { false } else { true } }
            ? "\(reference.title) cannot be had" : "\(reference.title) is in none of its sources"
    }

    /// Asking again helps when some place could not be asked; else the gravest answer counts.
    private var code: FleetError.Code {
        var code = FleetError.Code.notFound
        for step in steps {
            switch step.failure {
            case .unreachable: return .unavailable
            case .refused: code = .refused
            case .denied: if code == .notFound { code = .unauthorized }
            case .absent: break
            }
        }
        return code
    }

    private var next: String {
        if code == .unauthorized { return "give user and passwordFile under `registries`, or dockerConfig" }
        if code == .refused, reference.pinned != nil {
            return "put back what was registered, or delete the version and register it again; or: \(howToAdd)"
        }
        return howToAdd
    }

    private var howToAdd: String {
        guard let image = reference.image.map(TarReader.shown) else {
            return "add a rule under `sources` with `package`, `version` and a `directory`"
        }
        let context = (try? ImageName(image))?.context ?? image
        let mirror = steps.lazy.filter { if case .registry = $0.place { true } else { false } }.first
            .map { "imgpkg copy -b \(image) --to-repo \($0.title.dropFirst("registry ".count)), or " }
        return (mirror ?? "") + "imgpkg copy -b \(image) --to-tar bundle.tar, and under `sources`: "
            + "{image: \(context), archive: /path/of/bundle.tar} (or registry, ociLayout, directory)"
    }
}

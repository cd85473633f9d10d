package import ResourceModel

extension SmartDiff {
    /// The new object laid over the existing one by the rebase rules.
    package func rebased(_ new: Value, on existing: Value) -> Value {
        var result = new
        for rule in config.rebaseRules where rule.matchers.anyMatches(existing) || rule.matchers.anyMatches(new) {
            switch rule.action {
            case .remove:
                for path in rule.paths { result.remove(at: path) }
            case .serviceAccountSecrets: keepAccountSecrets(of: existing, in: &result)
            case .copy(let sources):
                for path in rule.paths {
                    for place in result.expansions(of: path) {
                        let found = sources.lazy.compactMap { source in
                            (source == .new ? new : existing).values(at: place).first
                        }.first
                        if let found { result.update(at: place, make: true) { $0 = found } }
                    }
                }
            }
        }
        return result
    }

    /// Controllers append `<name>-token-…` and `<name>-dockercfg-…` secrets to an account after it was saved.
    private func keepAccountSecrets(of existing: Value, in result: inout Value) {
        let name = existing.objectName
        for (field, suffixes) in [("secrets", ["-token-", "-dockercfg-"]), ("imagePullSecrets", ["-dockercfg-"])] {
            for suffix in suffixes {
                let generated = (existing[field]?.arrayValue ?? []).last {
                    $0["name"]?.stringValue?.hasPrefix(name + suffix) == true
                }
                guard let secret = generated?["name"] else { continue }
                var items = result[field]?.arrayValue ?? []
                if !items.contains(where: { $0["name"] == secret }) { items.append(["name": secret]) }
                result[field] = .array(items)
            }
        }
    }
}

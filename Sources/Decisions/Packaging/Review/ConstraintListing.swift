internal import ResourceModel

/// A package's demands as lines.
enum ConstraintListing {
    static func lines(_ package: PackageDocument) -> [String] {
        let rules = package.compatibility
        var lines: [String] = []
        if let rule = rules.kubernetes { lines.append("Kubernetes \(rule.text)") }
        if let rule = rules.supervisor { lines.append("Supervisor version \(rule.text)") }
        if let rule = rules.source { lines.append("upgrade from \(rule.text)") }
        if let rule = rules.destination { lines.append("upgrade to \(rule.text)") }
        if !rules.capabilities.isEmpty { lines.append("capability \(rules.capabilities.joined(separator: ", "))") }
        if let hook = rules.hook {
            lines.append(
                "asks \(hook.method) \(hook.scheme.rawValue)://\(hook.service):\(hook.port)\(hook.url) "
                    + "before an upgrade"
            )
        }
        if package.format == .carvel { lines.append("vSphere 8 (packaged with Carvel)") }
        if !package.eula.isEmpty { lines.append("a licence agreement to accept") }
        return lines
    }
}

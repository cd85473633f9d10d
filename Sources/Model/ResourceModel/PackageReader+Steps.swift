internal import FleetModel

/// `spec.template.spec`: every field of kapp-controller's steps is carried out or refused by name, none is ignored.
extension PackageReader {
    private static let specPath = ["spec", "template", "spec"]

    private func steps(_ name: String) throws(FleetError) -> [Value] {
        let path = Self.specPath + [name]
        guard let steps = document[path]?.arrayValue, !steps.isEmpty else {
            throw error(path, "is missing", reason: "expected to have at least one element in \(name)")
        }
        return steps
    }

    /// Refuses fields that are neither known nor empty; `refused` names those of kapp-controller that are not taken.
    private func check(
        _ value: Value, _ known: [String], at path: [String], refused: [String: String] = [:]
    ) throws(FleetError) {
        guard let object = value.objectValue else {
            if value.isNull { return }
            throw error(path, "is not a mapping", reason: "a step's options are a mapping")
        }
        for (key, content) in object.sorted(by: { $0.key < $1.key }) where !known.contains(key) {
            if let reason = refused[key] {
                if content.isNull || content == false { continue }
                throw error(path + [key], "is not supported", reason: reason)
            }
            throw error(
                path + [key], "is not a field of this step", reason: "known are \(known.joined(separator: ", "))")
        }
    }

    private func texts(_ value: Value?, at path: [String]) throws(FleetError) -> [String] {
        guard let value, !value.isNull else { return [] }
        guard let items = value.arrayValue else {
            throw error(path, "is not a list", reason: "must be a list of texts")
        }
        var result: [String] = []
        for (index, item) in items.enumerated() {
            guard let text = item.stringValue else {
                throw error(path + [String(index)], "is not a text", reason: "must be a list of texts")
            }
            result.append(text)
        }
        return result
    }

    private func flag(_ value: Value?, at path: [String]) throws(FleetError) -> Bool {
        switch value {
        case nil, .null: return false
        case .bool(let flag): return flag
        default: throw error(path, "is not true or false", reason: "must be a boolean")
        }
    }

    private func inside(_ path: String, at place: [String]) throws(FleetError) {
        if path.isEmpty || PackagePath.clean(path) == nil {
            throw error(place, "Invalid path: \(path)", reason: "a step's paths stay inside the package's files")
        }
    }

    /// `inline.paths`: names and texts.
    private func inlineFiles(_ inline: Value, at path: [String]) throws(FleetError) -> [String: String] {
        try check(
            inline, ["paths"], at: path,
            refused: ["pathsFrom": "inline content from Secrets and ConfigMaps lies outside the package"])
        guard let paths = inline["paths"], !paths.isNull else { return [:] }
        guard let object = paths.objectValue else {
            throw error(path + ["paths"], "is not a mapping", reason: "must map each file's path to its text")
        }
        var files: [String: String] = [:]
        for (name, content) in object.sorted(by: { $0.key < $1.key }) {
            try inside(name, at: path + ["paths", name])
            guard let text = content.stringValue, let clean = PackagePath.clean(name), !clean.isEmpty else {
                throw error(path + ["paths", name], "is not a text", reason: "must map each file's path to its text")
            }
            files[clean] = text
        }
        return files
    }

    // MARK: fetch

    private static let secretReason =
        "credentials come from the settings of coordinator and agent (registries), not from a Secret"
    private static let tagReason = "what a tag selection finds may change: name the image by digest"

    func fetch() throws(FleetError) -> PackageDocument.Fetch {
        let steps = try steps("fetch")
        let path = Self.specPath + ["fetch"]
        guard steps.count == 1, let step = steps.first?.objectValue else {
            throw error(path, "\(steps.count) steps", reason: "a Supervisor Service has exactly one fetch step")
        }
        let place = path + ["0"]
        if let moved = step["path"], !moved.isNull {
            throw error(
                place + ["path"], "is not supported", reason: "the files of the only fetch step are not moved")
        }
        guard step.count == 1, let (kind, options) = step.first, ["imgpkgBundle", "image", "inline"].contains(kind)
        else {
            throw error(
                place, "fetch step \"\(step.keys.sorted().joined(separator: ", "))\" is not supported",
                reason: "supported are imgpkgBundle, image and inline (the Supervisor's Fetch & Template Contract); "
                    + "kapp-controller's git, http and helmChart fetch what no bundle pins")
        }
        let refused = ["secretRef": Self.secretReason, "tagSelection": Self.tagReason]
        switch kind {
        case "imgpkgBundle":
            try check(options, ["image"], at: place + [kind], refused: refused)
            return .imgpkgBundle(image: try text(options["image"], at: place + [kind, "image"]))
        case "image":
            try check(options, ["url", "subPath"], at: place + [kind], refused: refused)
            let subPath = options["subPath"]?.stringValue
            if let subPath { try inside(subPath, at: place + [kind, "subPath"]) }
            return .image(
                url: try text(options["url"], at: place + [kind, "url"]), subPath: subPath.flatMap(PackagePath.clean))
        default: return .inline(try inlineFiles(options, at: place + [kind]))
        }
    }

    // MARK: template

    func templateSteps() throws(FleetError) -> [PackageDocument.TemplateStep] {
        var result: [PackageDocument.TemplateStep] = []
        for (index, step) in try steps("template").enumerated() {
            let path = Self.specPath + ["template", String(index)]
            switch (step.objectValue?.count, step["ytt"], step["kbld"]) {
            case (1, let options?, _): result.append(.ytt(try ytt(options, at: path + ["ytt"], isFirst: index == 0)))
            case (1, _, let options?): result.append(.kbld(paths: try kbld(options, at: path + ["kbld"], index)))
            default:
                let named = step.objectValue?.keys.sorted().joined(separator: ", ") ?? ""
                throw error(
                    path, "template step \"\(named)\" is not supported",
                    reason: "supported are ytt and kbld; of kapp-controller's others, helmTemplate, cue and sops need "
                        + "their own programs: render with them when the bundle is made")
            }
        }
        return result
    }

    private func checkPaths(_ paths: [String], at path: [String], isFirst: Bool) throws(FleetError) {
        for (index, name) in paths.enumerated() {
            if name != "-" {
                try inside(name, at: path + ["paths", String(index)])
            } else if isFirst {
                throw error(
                    path + ["paths", String(index)],
                    "Expected stdin to be available when using it as path, but was not",
                    reason: "\"-\" is the output of the step before, and this is the first")
            }
        }
    }

    /// `strict` is taken and has no effect, as in kapp-controller, which does not hand it to ytt.
    private func ytt(_ options: Value, at path: [String], isFirst: Bool) throws(FleetError) -> YttOptions {
        try check(
            options, ["paths", "inline", "ignoreUnknownComments", "fileMarks", "valuesFrom", "strict"], at: path)
        let paths = try texts(options["paths"], at: path + ["paths"])
        try checkPaths(paths, at: path, isFirst: isFirst)
        var result = YttOptions(
            paths: paths,
            ignoreUnknownComments: try flag(
                options["ignoreUnknownComments"], at: path + ["ignoreUnknownComments"]),
            fileMarks: try texts(options["fileMarks"], at: path + ["fileMarks"]))
        _ = try flag(options["strict"], at: path + ["strict"])
        if let inline = options["inline"], !inline.isNull {
            result.inline = try inlineFiles(inline, at: path + ["inline"])
        }
        for (index, source) in (options["valuesFrom"]?.arrayValue ?? []).enumerated() {
            let place = path + ["valuesFrom", String(index)]
            let reason = "values of a Supervisor Service come from its installation and from the package's own files"
            try check(
                source, ["path"], at: place,
                refused: ["secretRef": reason, "configMapRef": reason, "downwardAPI": reason])
            let name = try text(source["path"], at: place + ["path"])
            if name == "-" { throw error(place + ["path"], "\"-\" is not supported", reason: reason) }
            try inside(name, at: place + ["path"])
            result.valuesFrom.append(name)
        }
        return result
    }

    private func kbld(_ options: Value, at path: [String], _ index: Int) throws(FleetError) -> [String] {
        try check(options, ["paths"], at: path)
        let paths = try texts(options["paths"], at: path + ["paths"])
        try checkPaths(paths, at: path, isFirst: index == 0)
        if index > 0, !paths.isEmpty, !paths.contains("-") {
            throw error(
                path + ["paths"], "\"-\" is missing", reason: "the output of the step before would be dropped")
        }
        return paths
    }

    // MARK: deploy

    func deploy() throws(FleetError) -> DeployOptions {
        let steps = try steps("deploy")
        let path = Self.specPath + ["deploy"]
        guard steps.count == 1, steps[0].objectValue?.count == 1, let kapp = steps[0]["kapp"] else {
            throw error(path, "\(steps.count) steps", reason: "expected exactly one deploy step, kapp")
        }
        let place = path + ["0", "kapp"]
        try check(kapp, ["intoNs", "mapNs", "rawOptions", "inspect", "delete"], at: place)
        var options = DeployOptions()
        do throws(DeployOptions.Failure) {
            for pair in kapp["mapNs"]?.arrayValue ?? [] { try options.map(pair.stringValue ?? "") }
        } catch {
            throw refusal(error, at: place + ["mapNs"])
        }
        if let into = kapp["intoNs"]?.stringValue, !into.isEmpty { options.intoNamespace = into }
        for (index, option) in try texts(kapp["rawOptions"], at: place + ["rawOptions"]).enumerated() {
            do throws(DeployOptions.Failure) {
                try options.add(option)
            } catch {
                throw refusal(error, at: place + ["rawOptions", String(index)])
            }
        }
        // An inspection changes nothing, and what an uninstall may be told is how long to wait.
        for (step, key) in [("inspect", "inspect"), ("delete", "delete")] {
            guard let more = kapp[key], !more.isNull else { continue }
            try check(more, ["rawOptions"], at: place + [key])
            options.withoutEffect += try texts(more["rawOptions"], at: place + [key, "rawOptions"])
                .map { "\($0) (\(step))" }
        }
        return options
    }

    private func refusal(_ failure: DeployOptions.Failure, at path: [String]) -> FleetError {
        switch failure {
        case .unknown(let name):
            error(
                path, "Unexpected flag '\(name)' specified (either forbidden or unknown)",
                reason: "kapp-controller takes only a list of kapp's options")
        case .refused(let option, let reason): error(path, "\"\(option)\" is not supported", reason: reason)
        }
    }
}

internal import FleetModel
package import Reconciliation
package import ResourceModel
internal import Templating

/// Runs a package's template steps: ytt with the values, then image locks; or the Go template of the older format.
package enum PackageRenderer {
    /// The rendered documents. `properties` are the Supervisor's (`PlatformValues.wellKnown`).
    package static func render(
        _ source: PackageFiles, values: Value, namespace: String, properties: [String: Value]
    ) throws(InstallReconcile.Failure) -> RenderedPackage {
        let injected = PlatformValues.injected(
            into: values, schema: source.schema, namespace: namespace, properties: properties)
        var current: [Value]?
        var unresolved: [String] = []
        var valuesAreGiven = false
        for step in source.package.template {
            switch step {
            case .ytt(let options):
                var packageValues: [File] = []
                for path in options.valuesFrom { packageValues += try files(source, path, of: "ytt") }
                current = try YttStep.render(
                    try templateSources(source, options, previous: current), values: valuesAreGiven ? nil : injected,
                    packageValues: packageValues, options)
                valuesAreGiven = true
            case .goTemplate(let definitions, let manifests):
                current = try GoTemplateStep.render(
                    definitions: definitions.flatMap { file(source, $0) },
                    manifests: manifests.flatMap { file(source, $0) },
                    values: values, namespace: namespace)
            case .kbld(let paths):
                let before = if let current { current } else { try plainDocuments(source) }
                (current, unresolved) = try ImageLockStep.rewrite(before, locks: locks(source, paths))
            }
        }
        let documents = if let current { current } else { try plainDocuments(source) }
        return RenderedPackage(documents: documents, unresolvedImages: unresolved)
    }

    /// The user's values as a tree; several documents are laid over each other.
    package static func values(_ text: String) throws(InstallReconcile.Failure) -> Value {
        do throws(YAMLError) {
            return ValuesMerge.merged(try YAMLDocuments.read(text))
        } catch {
            throw InstallReconcile.Failure("the values are not YAML: \(error.description)")
        }
    }

    private static func file(_ source: PackageFiles, _ path: String) -> File? {
        source.files[path].map { File(path: path, text: String(decoding: $0, as: UTF8.self)) }
    }

    struct File: Sendable {
        var path: String
        var text: String
    }

    /// The files of a ytt step as `ytt -f` names them: relative to the folder that was given, a file by its base name.
    private static func templateSources(
        _ source: PackageFiles, _ options: YttOptions, previous: [Value]?
    ) throws(InstallReconcile.Failure) -> [[File]] {
        var sources: [[File]] = []
        for path in options.paths.isEmpty ? [previous == nil ? "." : "-"] : options.paths {
            if path == "-" {
                sources.append([File(path: "stdin.yml", text: YAMLWriter.text(documents: previous ?? []))])
            } else {
                sources.append(try files(source, path, of: "ytt"))
            }
        }
        if !options.inline.isEmpty {
            sources.append(options.inline.sorted { $0.key < $1.key }.map { File(path: $0.key, text: $0.value) })
        }
        return sources
    }

    /// The file, or the files of the folder, at a path of the package.
    private static func files(
        _ source: PackageFiles, _ path: String, of tool: String
    ) throws(InstallReconcile.Failure) -> [File] {
        guard let folder = PackagePath.clean(path) else {
            throw InstallReconcile.Failure("Checking path: Invalid path: \(path)")
        }
        if let bytes = source.files[folder] {
            let name = folder.split(separator: "/").last.map(String.init) ?? folder
            return [File(path: name, text: String(decoding: bytes, as: UTF8.self))]
        }
        let prefix = folder.isEmpty ? "" : folder + "/"
        let found = source.files.sorted { $0.key < $1.key }.filter { $0.key.hasPrefix(prefix) }
        if found.isEmpty {
            throw InstallReconcile.Failure(
                "\(tool): Error: Checking file '\(path)': no such file or directory in the package")
        }
        return found.filter { !$0.key.hasPrefix(".imgpkg/") }.map {
            File(path: String($0.key.dropFirst(prefix.count)), text: String(decoding: $0.value, as: UTF8.self))
        }
    }

    /// The files that a kbld step's paths name: a file by itself, or what is a lock or configuration in a folder.
    private static func locks(_ source: PackageFiles, _ paths: [String]) -> [File] {
        paths.filter { $0 != "-" }.flatMap { path -> [File] in
            let name = PackagePath.clean(path) ?? path
            if let bytes = source.files[name] {
                return [File(path: name, text: String(decoding: bytes, as: UTF8.self))]
            }
            let prefix = name.isEmpty ? "" : name + "/"
            return source.files.sorted { $0.key < $1.key }
                .filter { $0.key.hasPrefix(prefix) && ($0.key.hasSuffix(".yml") || $0.key.hasSuffix(".yaml")) }
                .map { File(path: $0.key, text: String(decoding: $0.value, as: UTF8.self)) }
                .filter { file in
                    let first = (try? YAMLDocuments.read(file.text))?.first { !$0.isNull }
                    return first?["kind"]?.stringValue == "ImagesLock"
                        || first?["apiVersion"]?.stringValue == "kbld.k14s.io/v1alpha1"
                }
        }
    }

    /// A package without a ytt step: its YAML files as they are.
    private static func plainDocuments(_ source: PackageFiles) throws(InstallReconcile.Failure) -> [Value] {
        var documents: [Value] = []
        for (path, bytes) in source.files.sorted(by: { $0.key < $1.key })
        where (path.hasSuffix(".yml") || path.hasSuffix(".yaml")) && !path.hasPrefix(".imgpkg/") {
            do throws(YAMLError) {
                documents += try YAMLDocuments.read(String(decoding: bytes, as: UTF8.self)).filter { !$0.isNull }
            } catch {
                throw InstallReconcile.Failure("\(path): \(error.description)")
            }
        }
        return documents
    }
}

package import FleetModel
package import ResourceModel
internal import Templating

/// What of a package's templates can be checked without values.
package enum PackageTemplates {
    /// Refuses a Go template that cannot be parsed, with Go's words and the name of the file it stands in.
    package static func check(_ package: PackageDocument, in file: String = "") throws(FleetError) {
        guard case .inline(let files) = package.fetch else { return }
        for case .goTemplate(_, let manifests?) in package.template {
            guard let text = files[manifests] else { continue }
            do throws(TemplateError) {
                _ = try GoTemplate(name: GoTemplateStep.templateName, text: text)
            } catch {
                let place = file.isEmpty ? "" : "\(file): "
                throw FleetError(
                    .invalidArgument, "\(place)\(package.refName) \(package.versionText): \(error.message)",
                    reason: "the operator's manifests are a Go text template",
                    next: "correct the file and run the command again")
            }
        }
    }
}

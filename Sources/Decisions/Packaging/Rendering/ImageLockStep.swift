internal import FleetModel
internal import Reconciliation
internal import ResourceModel
internal import Templating

/// One kbld step of a package: image references are replaced by the digests its lock files pin,
/// after the overrides and search rules of kbld's own configuration.
package enum ImageLockStep {
    /// The documents, and the references that kbld would look up in a registry: those stay as they are.
    static func rewrite(
        _ documents: [Value], locks: [PackageRenderer.File]
    ) throws(InstallReconcile.Failure) -> (documents: [Value], unresolved: [String]) {
        var lock = ImageLock.none
        for file in locks {
            do throws(TemplateError) {
                lock.add(try ImageLock.parse(file.text))
            } catch {
                throw InstallReconcile.Failure("kbld: Error: \(file.path): \(error.message)")
            }
        }
        do throws(TemplateError) {
            return try ImageLock.rewrite(documents: documents, lock: lock)
        } catch {
            throw InstallReconcile.Failure("kbld: Error: \(error.message)")
        }
    }

    /// What to tell about references without a digest; nil when there are none.
    package static func warning(_ unresolved: [String]) -> String? {
        guard !unresolved.isEmpty else { return nil }
        let shown = unresolved.prefix(mostNamed).joined(separator: ", ")
        let rest = unresolved.count > mostNamed ? " and \(unresolved.count - mostNamed) more" : ""
        return "not in the package's image lock and without a digest, used as they are: \(shown)\(rest)"
    }

    private static let mostNamed = 20
}

internal import Reconciliation
internal import ResourceModel
internal import Templating

/// One ytt step of a package.
enum YttStep {
    /// `values` are the data values of the step; nil when an earlier step had them.
    static func render(_ files: [Renderer.File], values: Value?) throws(InstallReconcile.Failure) -> [Value] {
        var documents: [Value] = []
        for file in files where file.path.hasSuffix(".yml") || file.path.hasSuffix(".yaml") {
            guard !file.text.contains("#@") else {
                throw InstallReconcile.Failure("ytt: Error: \(file.path) is a template; templates are not supported")
            }
            do throws(YAMLError) {
                documents += try YAMLDocuments.read(file.text).filter { !$0.isNull }
            } catch {
                throw InstallReconcile.Failure("ytt: Error: \(file.path): \(error.description)")
            }
        }
        return documents
    }
}

enum ImageLockStep {
    static func rewrite(_ documents: [Value], locks: [String]) throws(InstallReconcile.Failure) -> [Value] {
        documents
    }
}

internal import ArgumentParser
internal import ComputeThreads
internal import FleetModel
internal import FleetRuntime
internal import Foundation
internal import Packaging
internal import ResourceModel

/// What `package check` and `package diff` share.
struct PackageReviewing: ParsableArguments {
    @Option(name: [.customShort("f"), .long], help: "Values to render with; repeated files are laid over each other.")
    var values: [String] = []

    @Option(help: "The bundle's folder or OCI layout, when it does not lie beside the package.")
    var bundle: String?

    @OptionGroup var ytt: YttValueOptions

    /// The values of the files and options; nil when none was given.
    func given() throws -> Value? {
        let files = values + ytt.dataValuesFile
        guard !files.isEmpty || !ytt.isEmpty else { return nil }
        let layered = try ValuesLayering.layered(
            base: .object([:]), documents: try Files.texts(files), names: files, set: [])
        return try ytt.laid(over: layered)
    }

    /// Rendering nests deeply: it has a thread of its own with room for it.
    func review(
        _ found: [PackageFolder.Found], in folder: PackageFolder
    ) async throws -> [(review: PackageReview, documents: [Value])] {
        let given = try given()
        let thread = ComputeThread(name: "review")
        defer { thread.close() }
        var reviews: [(review: PackageReview, documents: [Value])] = []
        for item in found {
            let files = ytt.marking(try await folder.files(item))
            let hasMetadata = item.hasMetadata
            reviews.append(
                try await thread.run {
                    PackageReviewer.review(files, values: given, hasMetadata: hasMetadata)
                })
        }
        return reviews
    }

    static func document(_ kind: String, _ body: some Encodable) throws -> Value {
        let encoded = try JSONReader.read(Array(try JSONEncoder().encode(body)))
        return Documents.document(kind, encoded.objectValue ?? [:])
    }
}

internal import ArgumentParser
internal import FleetModel
internal import Packaging
internal import ResourceModel

/// `flotilla package check PATH…`.
struct PackageCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Render packages and say what they make, and what will hurt later.",
        discussion: "Exits 5 when there are errors, with --strict also when there are warnings.")

    @Argument(help: "Package files, or folders with package.yaml and bundle/ in them or below.")
    var paths: [String]

    @Flag(help: "Warnings count as errors.")
    var strict = false

    @OptionGroup var reviewing: PackageReviewing
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let folder = PackageFolder(bundle: reviewing.bundle)
        let reviews = try await reviewing.review(try folder.packages(paths), in: folder).map(\.review)
        let documents = try reviews.map { try PackageReviewing.document("PackageReview", $0) }
        Printer.list(
            "PackageReview", documents, names: reviews.map { "package/\($0.service).\($0.version)" },
            format: output.output
        ) {
            reviews.map { PackageText.check($0, wide: output.output == .wide) }.joined(separator: "\n\n")
        }
        let isBad = reviews.contains { review in
            review.hasErrors || (strict && review.findings.contains { $0.severity == .warning })
        }
        if isBad { throw ExitCode(5) }
    }
}

internal import ArgumentParser
internal import FleetModel
internal import Packaging
internal import ResourceModel

/// `flotilla package diff OLD NEW`.
struct PackageDiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Show what changes from one version of a package to another.")

    @Argument(help: "The package file or folder of the version that is installed.")
    var old: String

    @Argument(help: "The package file or folder of the version that is to come.")
    var new: String

    @Flag(name: .customLong("exit-code"), help: "Exit 10 when something differs.")
    var exitCode = false

    @OptionGroup var reviewing: PackageReviewing
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let folder = PackageFolder(bundle: reviewing.bundle)
        let both = [try one(old, folder), try one(new, folder)]
        guard both[0].package.refName == both[1].package.refName else {
            throw FleetError(
                .invalidArgument,
                "\(both[0].package.refName) and \(both[1].package.refName) are two services",
                reason: "only versions of one service are compared")
        }
        let reviews = try await reviewing.review(both, in: folder)
        let comparison = PackageComparer.compare(reviews[0], reviews[1])
        Printer.one(
            try PackageReviewing.document("PackageComparison", comparison),
            name: "package/\(comparison.service).\(comparison.to)", format: output.output
        ) { PackageText.diff(comparison) }
        for (side, review) in zip([old, new], reviews) where review.documents.isEmpty {
            let why = review.review.findings.first { $0.rule == "rendering" }?.message ?? "nothing is rendered"
            Console.talk("warning: objects are not compared, only values and locked images: \(side) \(why)")
        }
        var changes = comparison
        changes.images = comparison.imagesChanged
        let none = PackageComparison(service: comparison.service, from: comparison.from, to: comparison.to)
        if exitCode, changes != none { throw ExitCode(10) }
    }

    private func one(_ path: String, _ folder: PackageFolder) throws -> PackageFolder.Found {
        let found = try folder.packages([path])
        guard found.count == 1 else {
            throw FleetError(
                .invalidArgument, "\(path) holds \(found.count) packages", reason: "one version is compared with one")
        }
        return found[0]
    }
}

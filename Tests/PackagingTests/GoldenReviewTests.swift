import FleetModel
import Foundation
import Packaging
import ResourceModel
import TestSupport
import Testing

/// Reviews of every package of the shared test data, against our own earlier output. `FLOTILLA_WRITE_GOLDEN=1` writes
/// the files anew.
struct GoldenReviewTests {
    struct Item: Sendable, CustomTestStringConvertible {
        var name: String
        var version: String
        var testDescription: String { "\(name)-\(version)" }
    }

    static let items: [Item] = TestData.names(in: "packages").flatMap { name in
        TestData.names(in: "packages/\(name)")
            .filter { TestData.exists("packages/\(name)/\($0)/package.yaml") }
            .map { Item(name: name, version: $0) }
    }

    static let folder = TestData.packageRoot.appendingPathComponent("Tests/Golden/packages")

    static func reviewed(_ item: Item) throws -> (review: PackageReview, documents: [Value]) {
        let place = "packages/\(item.name)/\(item.version)"
        let package = try PackageRegistration([
            SourceDocument(name: "package.yaml", text: try TestData.text("\(place)/package.yaml"))
        ]).packages[0]
        var files: [String: [UInt8]] = [:]
        let root = try #require(TestData.root).appendingPathComponent("\(place)/bundle")
        let names = try FileManager.default.subpathsOfDirectory(atPath: root.path)
        for name in names {
            let path = root.appendingPathComponent(name).path
            let kind = try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
            guard kind == .typeRegular, let data = FileManager.default.contents(atPath: path) else { continue }
            files[name] = Array(data)
        }
        return PackageReviewer.review(PackageFiles(package: package, values: "", files: files))
    }

    /// Counts and lists; digests of images are cut, so that the files stay small.
    static func text(_ review: PackageReview) -> String {
        var lines = ["\(review.service) \(review.version)", review.summary]
        lines += review.objects.map { "object \($0.kind): \($0.names.joined(separator: " "))" }
        lines += review.images.map { image in
            let cut = image.reference.split(separator: "@sha256:")
            let digest = cut.count > 1 ? "@\(cut[1].prefix(12))" : ""
            return "image \(cut[0])\(digest) \(image.written ?? "-") \(image.usedBy.count)"
        }
        lines += review.claims.map {
            "claim \($0.name) \($0.size) \($0.origin): \($0.deletedBy.isEmpty ? "stays" : $0.deletedBy.joined(separator: "; "))"
        }
        lines += review.definitions.map { "crd \($0)" }
        lines += review.clusterScoped.map { "cluster \($0)" }
        lines += review.constraints.map { "constraint \($0)" }
        lines += review.findings.map { finding in
            let line = ReviewLines.line(finding)
            return line.split(separator: "\n").first.map(String.init) ?? line
        }
        return lines.joined(separator: "\n") + "\n"
    }

    @Test(.enabled(if: TestData.exists("packages"), "needs the shared test data"), arguments: items)
    func theReviewIsAsItWas(_ item: Item) throws {
        let text = Self.text(try Self.reviewed(item).review)
        let file = Self.folder.appendingPathComponent("\(item.testDescription).txt")
        if ProcessInfo.processInfo.environment["FLOTILLA_WRITE_GOLDEN"] == "1" {
            try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == text)
    }

    @Test(.enabled(if: TestData.exists("packages"), "needs the shared test data"))
    func everyPairOfVersionsCanBeCompared() throws {
        for name in Set(Self.items.map(\.name)).sorted() {
            let versions = Self.items.filter { $0.name == name }
            for (old, new) in zip(versions, versions.dropFirst()) {
                let comparison = PackageComparer.compare(try Self.reviewed(old), try Self.reviewed(new))
                #expect(comparison.to == new.version)
            }
        }
    }
}

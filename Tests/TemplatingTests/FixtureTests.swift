internal import Foundation
internal import ResourceModel
internal import Templating
internal import TestSupport
internal import Testing

/// The packages' own cases: values and the manifests they must give.
@Suite(.enabled(if: TestData.exists("packages"), "no shared test data"))
struct FixtureTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var package: String
        var name: String
        var expected: String
        var testDescription: String { "\(package) \(name)" }
    }

    /// Cases whose expected file is older than the bundle beside it: what ytt prints differs from it too.
    static let outdated: Set<String> = [
        "cert-manager/1.9.1 default", "cert-manager/1.9.1 custom-namespace", "local-path-storage/0.0.22 default",
        "local-path-storage/0.0.22 custom-namespace",
    ]

    static let cases: [Case] = {
        var result: [Case] = []
        for name in TestData.names(in: "packages") {
            for version in TestData.names(in: "packages/\(name)") where version.first?.isNumber ?? false {
                let package = "\(name)/\(version)"
                let folder = "packages/\(package)/test/unittest/fixtures"
                for file in TestData.names(in: "\(folder)/values") {
                    let expected = file == "custom-namespace.yaml" ? "namespace.yaml" : file
                    if TestData.exists("\(folder)/expected/\(expected)") {
                        result.append(
                            Case(
                                package: package, name: String(file.dropLast(".yaml".count)),
                                expected: "\(folder)/expected/\(expected)"))
                    }
                }
            }
        }
        return result
    }()

    @Test(arguments: cases)
    func givesTheExpectedObjects(item: Case) throws {
        var fixtures = [item.name]
        // Harbor's cases are laid over its default values.
        if item.package.hasPrefix("harbor"), item.name != "default" { fixtures.insert("default", at: 0) }
        let result = try PackageFiles.render(item.package, fixtures: fixtures)
        let actual = Dictionary(grouping: result.documents, by: \.identity)
        let expected = Dictionary(
            grouping: try YAMLDocuments.read(try TestData.text(item.expected)).filter { !$0.isNull }, by: \.identity)
        var differences: [String] = []
        for identity in Set(actual.keys).union(expected.keys).sorted() where actual[identity] != expected[identity] {
            differences.append("\(identity)")
        }
        if Self.outdated.contains(item.testDescription) {
            #expect(!differences.isEmpty, "the expected file fits now: take the case off the list")
        } else {
            #expect(differences == [])
        }
    }

    static let withoutExpectation: [Case] = {
        ["0.11.0", "0.12.2"].flatMap { version in
            TestData.names(in: "packages/external-dns/\(version)/test/unittest/fixtures/values").map {
                Case(package: "external-dns/\(version)", name: String($0.dropLast(".yaml".count)), expected: "")
            }
        }
    }()

    /// external-dns has values only: they render, or the package itself refuses them.
    @Test(arguments: withoutExpectation)
    func rendersOrThePackageRefuses(item: Case) throws {
        do {
            let result = try PackageFiles.render(item.package, fixtures: [item.name])
            #expect(!result.documents.isEmpty)
        } catch {
            #expect("\(error)".contains("assert.fail: fail: Missing required values"), "\(error)")
        }
    }
}

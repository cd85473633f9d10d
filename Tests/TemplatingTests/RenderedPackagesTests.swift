internal import Foundation
internal import ResourceModel
internal import Templating
internal import TestSupport
internal import Testing

@Suite(.enabled(if: TestData.exists("rendered"), "no shared test data"))
struct RenderedPackagesTests {
    static let names = TestData.names(in: "rendered").map { String($0.dropLast(".yaml".count)) }

    @Test(arguments: names)
    func rendersAsYttDoes(name: String) throws {
        let dash = try #require(name.lastIndex(of: "-"))
        let package = "\(name[..<dash])/\(name[name.index(after: dash)...])"
        let fixture = name.hasPrefix("external-dns") ? "minimal-configuration" : "default"
        let result = try PackageFiles.render(package, fixtures: [fixture])
        let expected = try TestData.text("rendered/\(name).yaml")
        #expect(firstDifference(result.text, expected) == nil)
    }

    private func firstDifference(_ actual: String, _ expected: String) -> String? {
        let left = actual.split(separator: "\n", omittingEmptySubsequences: false)
        let right = expected.split(separator: "\n", omittingEmptySubsequences: false)
        for (number, (one, other)) in zip(left, right).enumerated() where one != other {
            return "line \(number + 1): got \(one.prefix(200)), want \(other.prefix(200))"
        }
        return left.count == right.count ? nil : "got \(left.count) lines, want \(right.count)"
    }
}

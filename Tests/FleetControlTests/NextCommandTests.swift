import FleetModel
import Foundation
import TestSupport
import Testing

/// Whatever an error or a diagnosis tells a person to type exists in the command line.
///
/// Read from the sources on both sides, so that neither a renamed command nor a new text goes unseen.
@Suite struct NextCommandTests {
    private static let sources = TestData.packageRoot.appendingPathComponent("Sources")

    private static func texts(under folder: String) -> [(name: String, text: String)] {
        let root = sources.appendingPathComponent(folder)
        let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)?.allObjects ?? []
        return files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
            .sorted { $0.path < $1.path }
            .compactMap { url in
                guard let text = try? String(contentsOf: url, encoding: .utf8) else { return nil }
                let code = text.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("//") }
                return (url.lastPathComponent, code.joined(separator: "\n"))
            }
    }

    /// `task follow`, `why`, … and the groups (`task`) as the command line declares them.
    private static func commandPaths() -> (commands: Set<String>, groups: Set<String>) {
        var names: [String: String] = [:]
        var children: [String: [String]] = [:]
        for (_, text) in texts(under: "Processes/flotilla") {
            guard let type = text.firstMatch(of: /struct (\w+): AsyncParsableCommand/),
                let name = text.firstMatch(of: /commandName: "([a-z-]+)"/)
            else { continue }
            names[String(type.output.1)] = String(name.output.1)
            children[String(type.output.1)] = text.matches(of: /(\w+Command)\.self/).map { String($0.output.1) }
        }
        var commands: Set<String> = []
        var groups: Set<String> = []
        for type in children["Flotilla"] ?? [] {
            guard let name = names[type] else { continue }
            let inner = (children[type] ?? []).compactMap { names[$0] }
            if inner.isEmpty { commands.insert(name) } else { groups.insert(name) }
            for child in inner { commands.insert("\(name) \(child)") }
        }
        return (commands, groups)
    }

    @Test func everyCommandNamedInATextExists() {
        let (commands, groups) = Self.commandPaths()
        #expect(commands.isSuperset(of: ["task follow", "service show", "supervisor add", "activate", "plan", "why"]))
        var found = 0
        for folder in ["Decisions/FleetControl", "Decisions/Reconciliation", "Services", "Model", "Adapters"] {
            for (file, text) in Self.texts(under: folder) {
                for match in text.matches(of: /(?:"|: |; |`|or )flotilla ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?/) {
                    let first = String(match.output.1)
                    let path = groups.contains(first) ? "\(first) \(match.output.2 ?? "")" : first
                    // A certificate's issuer and the feed's greeting, not commands.
                    if ["simulated", "feed"].contains(first) { continue }
                    found += 1
                    #expect(commands.contains(path), "\(file): flotilla \(path)")
                }
                #expect(!text.contains("\"flotilla-agent join"), "\(file): the agent has --join")
            }
        }
        #expect(found > 40)
    }

    @Test func everyOptionNamedByARefusalExists() {
        var options: Set<String> = ["kubeconfig", "join"]
        for folder in ["Processes/flotilla", "Processes/flotilla-agent"] {
            for (_, text) in Self.texts(under: folder) {
                for match in text.matches(of: /customLong\("([a-z-]+)"\)/) { options.insert(String(match.output.1)) }
                for match in text.matches(of: /@(?:Option|Flag)\b(?:.|\n)*?\bvar (\w+)/) {
                    options.insert(Self.kebab(String(match.output.1)))
                }
            }
        }
        for folder in ["Decisions/FleetControl", "Services/CoordinatorService"] {
            for (file, text) in Self.texts(under: folder) {
                for match in text.matches(of: /[ "]--([a-z][a-z-]*)/) {
                    let name = String(match.output.1)
                    #expect(options.contains(name), "\(file): --\(name)")
                }
            }
        }
    }

    private static func kebab(_ name: String) -> String {
        name.reduce(into: "") { $0 += $1.isUppercase ? "-\($1.lowercased())" : String($1) }
    }

    /// The first two words of what each rule's refusal says to type.
    @Test(arguments: LifecycleRuleTests.rules) func aRulesNextStepExists(_ rule: LifecycleRuleTests.Rule) throws {
        let (commands, groups) = Self.commandPaths()
        var fleet = TestFleet()
        try rule.given(&fleet)
        let error = #expect(throws: FleetError.self) { try fleet.run(rule.command, packages: rule.packages) }
        let words = (error?.next ?? "").split(separator: " ").map(String.init)
        if words.first == "flotilla-agent" {
            #expect(words.contains("--join"))
            return
        }
        #expect(words.first == "flotilla")
        let path = groups.contains(words[1]) ? words[1] + " " + words[2] : words[1]
        #expect(commands.contains(path), "\(error?.next ?? "")")
    }
}

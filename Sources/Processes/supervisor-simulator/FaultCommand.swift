internal import ArgumentParser
internal import FleetModel
internal import Foundation
internal import ResourceModel
internal import SupervisorCluster

/// `supervisor-simulator fault`: what goes wrong in a running simulator.
struct FaultCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fault", abstract: "Set, list and clear faults of a running simulator.",
        discussion: """
            Kinds: \(Fault.Kind.allCases.map(\.rawValue).joined(separator: ", ")).
            """,
        subcommands: [Set.self, List.self, Clear.self])

    struct Connection: ParsableArguments {
        @Option(help: "The simulator's kubeconfig; KUBECONFIG when it is not given.")
        var kubeconfig: String?

        @Option(help: "Its context, where the kubeconfig has several Supervisors.")
        var context: String?

        func client() throws(FleetError) -> ControlClient {
            guard let path = kubeconfig ?? ProcessInfo.processInfo.environment["KUBECONFIG"], !path.isEmpty else {
                throw FleetError(
                    .invalidArgument, "no simulator is named", next: "give --kubeconfig, or set KUBECONFIG")
            }
            return try ControlClient(kubeconfig: path, context: context)
        }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set a fault; one of the same name is replaced.",
            discussion: """
                Fields are given as FIELD=VALUE: \
                \(Fault.fields.filter { $0 != "kind" }.joined(separator: ", ")).
                Times are real ones such as 200ms, 5s or 2m. after: when it begins; lasts: for how long; every: how \
                often it comes again.

                  fault set latency delay=300ms path=/pods percent=50
                  fault set error status=500 method=POST remaining=3
                  fault set storage-full after=30s lasts=1m every=10m
                """)

        @Argument(help: "The kind of fault.")
        var kind: String

        @Argument(help: "FIELD=VALUE.")
        var fields: [String] = []

        @OptionGroup var connection: Connection

        mutating func run() async throws {
            var value: [String: Value] = ["kind": .string(kind)]
            for field in fields {
                let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                guard parts.count == 2, !parts[0].isEmpty else {
                    throw FleetError(.invalidArgument, "\"\(field)\" is no FIELD=VALUE")
                }
                value[parts[0]] = .string(parts[1])
            }
            // The same rules as the simulator's, so that a mistake is told without one.
            let fault = try Fault(.object(value))
            _ = try await connection.client().send("POST", body: .object(value))
            print("fault \(fault.name) set")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the faults that are set.")

        @Option(name: .shortAndLong, help: "json: the whole report.")
        var output: String?

        @OptionGroup var connection: Connection

        mutating func run() async throws {
            let report = try await connection.client().send("GET")
            if output == "json" {
                print(JSONWriter.text(report))
                return
            }
            guard output == nil else { throw FleetError(.invalidArgument, "-o \(output ?? "")", reason: "json") }
            let faults = report["faults"]?.arrayValue ?? []
            if faults.isEmpty {
                print("no faults")
                return
            }
            var rows = [["NAME", "KIND", "ACTIVE", "HITS", "FIELDS"]]
            for fault in faults {
                let others = (fault.objectValue ?? [:]).filter {
                    !["name", "kind", "active", "hits"].contains($0.key)
                }
                rows.append([
                    fault["name"]?.stringValue ?? "", fault["kind"]?.stringValue ?? "",
                    fault["active"] == true ? "yes" : "no", String(fault["hits"]?.intValue ?? 0),
                    others.sorted { $0.key < $1.key }.map { item in
                        "\(item.key)=\(item.value.stringValue ?? JSONWriter.text(item.value))"
                    }.joined(separator: " "),
                ])
            }
            let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
            for row in rows {
                let cells = zip(row, widths).map { $0.0.padding(toLength: $0.1, withPad: " ", startingAt: 0) }
                print((cells + [row[4]]).joined(separator: "  "))
            }
        }
    }

    struct Clear: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Clear faults by name; all of them when none is named.")

        @Argument(help: "Names of faults.")
        var names: [String] = []

        @OptionGroup var connection: Connection

        mutating func run() async throws {
            if names.isEmpty {
                _ = try await connection.client().send("DELETE")
                print("all faults cleared")
            }
            for name in names {
                _ = try await connection.client().send("DELETE", name: name)
                print("fault \(name) cleared")
            }
        }
    }
}

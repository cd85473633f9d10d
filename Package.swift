// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// Strict settings that hold for every target of ours (docs/TESTING.md explains each).
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .treatWarning("DeprecatedDeclaration", as: .warning),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    // The deliberate bugs of `Sabotage`, by which the simulation's checkers are checked: never in a release build.
    .define("FLOTILLA_SABOTAGE", .when(configuration: .debug)),
    // The places of `Failpoint` where a server can be made to die, stall or fail: never in a release build.
    .define("FLOTILLA_FAILPOINTS", .when(configuration: .debug)),
]

// One row per module: its layer (folder), what it may import of ours, and library products.
// `Scripts/check-layers` checks the rows against docs/ARCHITECTURE.md.
struct Module {
    var layer: String
    var name: String
    var uses: [String] = []
    var products: [String] = []
    var executable = false
}

let modules: [Module] = [
    Module(layer: "Model", name: "FleetModel"),
    Module(layer: "Model", name: "ResourceModel", uses: ["FleetModel"], products: ["Yams"]),

    Module(
        layer: "Decisions", name: "FleetControl", uses: ["FleetModel", "ResourceModel"]),
    Module(layer: "Decisions", name: "AgentLink", uses: ["FleetModel", "ResourceModel"], products: ["SwiftProtobuf"]),
    Module(layer: "Decisions", name: "Reconciliation", uses: ["FleetModel", "ResourceModel"]),
    Module(layer: "Decisions", name: "Templating", uses: ["ResourceModel"]),
    Module(
        layer: "Decisions", name: "Packaging", uses: ["FleetModel", "ResourceModel", "Reconciliation", "Templating"]),
    Module(layer: "Decisions", name: "SupervisorCluster", uses: ["FleetModel", "ResourceModel"]),

    Module(
        layer: "Services", name: "FleetRuntime", uses: ["FleetModel"], products: ["Logging", "Crypto"]),
    Module(
        layer: "Services", name: "KubernetesClient", uses: ["FleetModel", "ResourceModel", "FleetRuntime"],
        products: ["Logging"]),
    Module(
        layer: "Services", name: "PackageSources",
        uses: ["FleetModel", "ResourceModel", "FleetRuntime"]),
    Module(
        layer: "Services", name: "CoordinatorService",
        uses: ["FleetModel", "ResourceModel", "FleetControl", "AgentLink", "Packaging", "FleetRuntime"],
        products: ["Logging", "Metrics", "ServiceLifecycle", "Crypto"]),
    Module(
        layer: "Services", name: "AgentService",
        uses: [
            "FleetModel", "ResourceModel", "AgentLink", "Reconciliation", "Packaging", "FleetRuntime",
            "KubernetesClient", "PackageSources",
        ],
        products: ["Logging", "ServiceLifecycle"]),
    Module(
        layer: "Services", name: "FleetSimulation",
        uses: [
            "FleetModel", "ResourceModel", "FleetControl", "AgentLink", "SupervisorCluster", "FleetRuntime",
            "Reconciliation", "KubernetesClient", "PackageSources", "CoordinatorService", "AgentService",
        ],
        products: ["Logging"]),

    Module(
        layer: "Services", name: "FleetVerification",
        uses: [
            "FleetModel", "ResourceModel", "FleetControl", "Reconciliation", "FleetRuntime", "KubernetesClient",
            "CoordinatorService", "AgentService",
        ]),

    Module(layer: "Adapters", name: "ComputeThreads", uses: ["FleetModel", "FleetRuntime"]),
    Module(layer: "Adapters", name: "ZeroMQ", uses: ["CZeroMQ"]),
    Module(layer: "Adapters", name: "TaskThreads", uses: ["ZeroMQ"]),
    Module(
        layer: "Adapters", name: "ZeroMQLink", uses: ["FleetModel", "AgentLink", "FleetRuntime", "ZeroMQ"]),
    Module(
        layer: "Adapters", name: "SQLiteJournal", uses: ["FleetModel", "FleetRuntime"], products: ["GRDB", "Crypto"]),
    Module(
        layer: "Adapters", name: "HTTPTransport", uses: ["FleetModel", "FleetRuntime"],
        products: ["AsyncHTTPClient", "NIOCore", "NIOHTTP1", "NIOSSL"]),
    Module(layer: "Adapters", name: "HTTPServing", products: ["HummingbirdCore", "NIOCore", "Logging"]),
    Module(
        layer: "Adapters", name: "SupervisorHTTP",
        uses: ["FleetModel", "ResourceModel", "SupervisorCluster", "FleetRuntime", "HTTPServing"],
        products: [
            "Hummingbird", "HummingbirdCore", "HummingbirdTLS", "NIOCore", "NIOSSL", "Logging", "X509", "SwiftASN1",
            "Crypto",
            "ServiceLifecycle", "HTTPTypes",
        ]),
    Module(
        layer: "Adapters", name: "OperatorHTTP",
        uses: ["FleetModel", "FleetRuntime", "CoordinatorService", "HTTPServing"],
        products: [
            "Hummingbird", "HummingbirdCore", "HummingbirdTLS", "NIOCore", "NIOSSL", "Logging", "ServiceLifecycle",
            "HTTPTypes", "Metrics",
        ]),
    Module(
        layer: "Adapters", name: "OperatorClient", uses: ["FleetModel", "FleetRuntime"],
        products: ["AsyncHTTPClient", "NIOCore", "NIOHTTP1", "NIOSSL", "NIOFoundationCompat"]),
    Module(
        layer: "Adapters", name: "Settings",
        uses: ["FleetModel", "ResourceModel", "FleetRuntime", "PackageSources"],
        products: ["Configuration"]),

    Module(
        layer: "Processes", name: "ServerMain", uses: ["FleetModel", "FleetRuntime", "Settings"],
        products: ["ArgumentParser", "Logging", "ServiceLifecycle", "UnixSignals"]),
    Module(
        layer: "Processes", name: "flotilla",
        uses: [
            "FleetModel", "ResourceModel", "FleetControl", "FleetRuntime", "KubernetesClient", "AgentService",
            "Packaging", "PackageSources",
            "ComputeThreads",
            "FleetVerification", "SQLiteJournal", "HTTPTransport", "OperatorClient", "Settings",
        ],
        products: ["ArgumentParser", "Logging", "NIOSSL"], executable: true),
    Module(
        layer: "Processes", name: "flotilla-coordinator",
        uses: [
            "FleetModel", "FleetControl", "AgentLink", "FleetRuntime", "CoordinatorService", "PackageSources", "ZeroMQ",
            "ZeroMQLink",
            "SQLiteJournal", "HTTPTransport", "OperatorHTTP", "Settings", "ServerMain", "ComputeThreads",
        ],
        products: ["ArgumentParser", "Logging", "Metrics", "ServiceLifecycle", "UnixSignals"], executable: true),
    Module(
        layer: "Processes", name: "flotilla-agent",
        uses: [
            "FleetModel", "FleetRuntime", "AgentLink", "AgentService", "KubernetesClient", "PackageSources", "ZeroMQ",
            "ZeroMQLink", "SQLiteJournal", "HTTPTransport", "Settings", "ComputeThreads", "ServerMain",
            "TaskThreads",
        ],
        products: ["ArgumentParser", "Logging", "ServiceLifecycle", "UnixSignals"], executable: true),
    Module(
        layer: "Processes", name: "supervisor-simulator",
        uses: [
            "FleetModel", "ResourceModel", "SupervisorCluster", "SupervisorHTTP", "FleetRuntime", "Settings",
            "KubernetesClient", "HTTPTransport", "ServerMain",
        ],
        products: ["ArgumentParser", "Logging", "ServiceLifecycle", "UnixSignals"], executable: true),
]

struct TestModule {
    var name: String
    var uses: [String]
    var products: [String] = []
}

/// What a module's tests use beyond what the module does: the simulated Supervisor.
let extraTestUses: [String: [String]] = [
    "AgentService": ["SupervisorCluster", "SupervisorHTTP"],
    "Settings": ["SupervisorCluster"],
    "ZeroMQLink": ["CZeroMQ"],
    "HTTPTransport": ["ResourceModel", "KubernetesClient", "PackageSources", "SupervisorCluster", "SupervisorHTTP"],
]

let testModules: [TestModule] =
    modules.filter {
        !["flotilla", "FleetSimulation", "HTTPServing"].contains($0.name) && !$0.executable
    }.map { module in
        TestModule(
            name: "\(module.name)Tests",
            uses: [module.name, "TestSupport"] + module.uses + (extraTestUses[module.name] ?? []),
            products: module.products)
    } + [
        TestModule(
            name: "flotillaTests",
            uses: [
                "FleetModel", "ResourceModel", "FleetRuntime", "CoordinatorService", "OperatorHTTP", "OperatorClient",
                "flotilla", "TestSupport",
            ], products: ["Logging", "ServiceLifecycle", "X509", "SwiftASN1", "Crypto"]),
        TestModule(
            name: "SimulationTests", uses: ["FleetModel", "FleetRuntime", "FleetSimulation", "TestSupport"]),
        TestModule(
            name: "ProcessTests",
            uses: [
                "FleetModel", "FleetRuntime", "SQLiteJournal", "OperatorClient", "flotilla", "flotilla-coordinator",
                "flotilla-agent", "supervisor-simulator", "TestSupport",
            ]),
    ]

/// Library product name → the package that has it.
let packageOfProduct: [String: String] = [
    "Yams": "Yams", "SwiftProtobuf": "swift-protobuf",
    "Logging": "swift-log", "Metrics": "swift-metrics", "Crypto": "swift-crypto",
    "ServiceLifecycle": "swift-service-lifecycle", "UnixSignals": "swift-service-lifecycle", "GRDB": "GRDB.swift",
    "AsyncHTTPClient": "async-http-client",
    "NIOCore": "swift-nio", "NIOHTTP1": "swift-nio", "NIOFoundationCompat": "swift-nio", "NIOSSL": "swift-nio-ssl",
    "Hummingbird": "hummingbird", "HummingbirdCore": "hummingbird", "HummingbirdTLS": "hummingbird",
    "X509": "swift-certificates",
    "SwiftASN1": "swift-asn1", "HTTPTypes": "swift-http-types", "Configuration": "swift-configuration",
    "ArgumentParser": "swift-argument-parser",
]

let packages: [String: Package.Dependency] = [
    "Yams": .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    "swift-protobuf": .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    "swift-log": .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    "swift-metrics": .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    "swift-crypto": .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    "swift-service-lifecycle": .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    "GRDB.swift": .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    "async-http-client": .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    "swift-nio": .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    "swift-nio-ssl": .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    "hummingbird": .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    "swift-certificates": .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    "swift-asn1": .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
    "swift-http-types": .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    "swift-configuration": .package(
        url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: [.defaults, "YAML"]),
    "swift-argument-parser": .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
]

// `FLOTILLA_MODULES=Templating,ResourceModel swift test` builds those modules, what they use, and their tests, and
// nothing else: a change to a pure module is tried in seconds, without the network libraries.
let wanted = ProcessInfo.processInfo.environment["FLOTILLA_MODULES"].map {
    Set($0.split(separator: ",").map(String.init))
}

func closure(of names: Set<String>) -> Set<String> {
    var all = names
    var queue = Array(names)
    while let name = queue.popLast() {
        for used in modules.first(where: { $0.name == name })?.uses ?? [] where all.insert(used).inserted {
            queue.append(used)
        }
    }
    return all
}

let chosenTests = testModules.filter { test in
    guard let wanted else { return true }
    return wanted.contains(test.name) || wanted.contains(String(test.name.dropLast("Tests".count)))
}
let builtModules = wanted.map { names in
    closure(of: names.union(chosenTests.flatMap(\.uses))).subtracting(["TestSupport"])
}
let chosen = modules.filter { builtModules?.contains($0.name) ?? true }

func dependencies(uses: [String], products: [String]) -> [Target.Dependency] {
    uses.map { .target(name: $0) } + products.map { .product(name: $0, package: packageOfProduct[$0]!) }
}

var targets: [Target] = chosen.map { module in
    let dependencies = dependencies(uses: module.uses, products: module.products)
    let path = "Sources/\(module.layer)/\(module.name)"
    return module.executable
        ? .executableTarget(name: module.name, dependencies: dependencies, path: path, swiftSettings: strict)
        : .target(
            name: module.name, dependencies: dependencies, path: path,
            exclude: module.name == "AgentLink" ? ["link.proto"] : [], swiftSettings: strict)
}
targets.append(.systemLibrary(name: "CZeroMQ", path: "Sources/Adapters/CZeroMQ"))
targets.append(
    .target(
        name: "TestSupport", dependencies: ["FleetModel", "ResourceModel"], path: "Tests/TestSupport",
        swiftSettings: strict))
targets += chosenTests.map { test in
    .testTarget(
        name: test.name, dependencies: dependencies(uses: test.uses, products: test.products),
        path: "Tests/\(test.name)", exclude: test.name == "SimulationTests" ? ["failing-seeds.txt"] : [],
        swiftSettings: strict)
}
if wanted != nil {
    targets.removeAll { $0.name == "CZeroMQ" && !(builtModules?.contains("CZeroMQ") ?? false) }
    for needed in ["FleetModel", "ResourceModel"] where !targets.contains(where: { $0.name == needed }) {
        let module = modules.first { $0.name == needed }!
        targets.append(
            .target(
                name: needed, dependencies: dependencies(uses: module.uses, products: module.products),
                path: "Sources/\(module.layer)/\(needed)", swiftSettings: strict))
    }
}
// `FLOTILLA_BENCHMARKS=1 swift build` adds the load generator of `Benchmarks/run`: it is in this package because it uses
// what is `package` here, and asked for because nobody else needs it (docs/decisions/0002-benchmarks-in-the-package.md).
if ProcessInfo.processInfo.environment["FLOTILLA_BENCHMARKS"] == "1", wanted == nil {
    targets.append(
        .executableTarget(
            name: "flotilla-bench",
            dependencies: dependencies(
                uses: [
                    "FleetModel", "FleetRuntime", "AgentLink", "Templating", "ZeroMQ", "ZeroMQLink", "SQLiteJournal",
                    "OperatorClient", "FleetSimulation",
                ], products: ["ArgumentParser"]),
            path: "Benchmarks/Sources/flotilla-bench", swiftSettings: strict))
}
let usedPackages = Set(
    targets.flatMap(\.dependencies).compactMap { dependency -> String? in
        if case .productItem(_, let package, _, _) = dependency { return package }
        return nil
    })

let package = Package(
    name: "flotilla",
    dependencies: usedPackages.sorted().map { packages[$0]! },
    targets: targets,
    swiftLanguageModes: [.v6]
)

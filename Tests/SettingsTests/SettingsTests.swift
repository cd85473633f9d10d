import FleetModel
import Foundation
import PackageSources
import ResourceModel
import Settings
import TestSupport
import Testing

@Suite struct SettingsTests {
    /// Options > environment > file > defaults.
    @Test func theFirstLayerThatHasAKeyWins() throws {
        func read(_ overrides: [String: String], _ environment: [String: String], _ file: String?) throws -> String {
            let reader = try SettingsReader(
                keys: CoordinatorSettings.keys, overrides: overrides, environment: environment,
                file: file.map { ("coordinator.yaml", $0) })
            return try CoordinatorSettings(reader).operatorSocket
        }
        let file = "operator:\n  socket: /file.sock\n"
        let environment = ["FLOTILLA_OPERATOR_SOCKET": "/environment.sock"]
        #expect(try read([:], [:], nil) == "/run/flotilla/operator.sock")
        #expect(try read([:], [:], file) == "/file.sock")
        #expect(try read([:], environment, file) == "/environment.sock")
        #expect(try read(["operator.socket": "/option.sock"], environment, file) == "/option.sock")
    }

    @Test func camelCaseKeysAreWordsInTheEnvironment() throws {
        let reader = try SettingsReader(
            keys: AgentSettings.keys, environment: ["FLOTILLA_SYNC_PERIOD": "90s", "FLOTILLA_DATA_DIR": "/d"])
        let settings = try AgentSettings(reader)
        #expect(settings.syncPeriod == .seconds(90))
        #expect(settings.dataDir == "/d")
    }

    @Test func unknownKeysAreRefusedWithASuggestion() {
        let error = #expect(throws: FleetError.self) {
            try SettingsReader(keys: CoordinatorSettings.keys, file: ("c.yaml", "lisen: tcp://127.0.0.1:1\n"))
        }
        #expect(error?.message == "c.yaml: unknown key lisen")
        #expect(error?.reason == "Did you mean listen?")
        let nested = #expect(throws: FleetError.self) {
            try SettingsReader(keys: CoordinatorSettings.keys, file: ("c.yaml", "operator:\n  sockets: /x\n"))
        }
        #expect(nested?.reason == "Did you mean operator.socket?")
    }

    @Test(arguments: [
        ("operator.port", "70000"), ("log.level", "loud"), ("reconnectGrace", "soon"), ("listen", "7440"),
        ("sources", "[{package: a}]"), ("sources", "[{image: a, registry: b, archive: c}]"),
        ("registries", "[{host: a, user: b}]"), ("bundleCache.mebibytes", "0"), ("sources", "[{packages: a}]"),
        ("sources", "x"),
    ])
    func badValuesNameTheirKey(key: String, value: String) {
        let error = #expect(throws: FleetError.self) {
            try CoordinatorSettings(SettingsReader(keys: CoordinatorSettings.keys, overrides: [key: value]))
        }
        #expect(error?.message.contains(key) == true)
    }

    @Test func tcpForOperatorsNeedsAToken() {
        #expect(throws: FleetError.self) {
            try CoordinatorSettings(
                SettingsReader(keys: CoordinatorSettings.keys, overrides: ["operator.port": "7442"]))
        }
    }

    @Test func sourcesAreReadFromFileAndEnvironmentAlike() throws {
        let file = """
            sources:
              - package: harbor.example.com
                version: 2.6.1
                directory: /srv/harbor
              - image: registry.example.com/velero
                ociLayout: /srv/velero
            """
        let flow =
            "[{package: harbor.example.com, version: 2.6.1, directory: /srv/harbor},"
            + " {image: registry.example.com/velero, ociLayout: /srv/velero}]"
        let expected = [
            SourceMap.Rule(
                match: .package("harbor.example.com", version: "2.6.1"), place: .directory("/srv/harbor")),
            SourceMap.Rule(match: .imagePrefix("registry.example.com/velero"), place: .ociLayout("/srv/velero")),
        ]
        let fromFile = try AgentSettings(SettingsReader(keys: AgentSettings.keys, file: ("a.yaml", file)))
        let fromEnvironment = try AgentSettings(
            SettingsReader(keys: AgentSettings.keys, environment: ["FLOTILLA_SOURCES": flow]))
        #expect(fromFile.sources.rules == expected)
        #expect(fromEnvironment.sources.rules == expected)
    }

    @Test func propertiesOfTheSupervisorAreReadFromFileAndEnvironmentAlike() throws {
        let file = """
            supervisorProperties:
              virtualIP: 192.0.2.7
              vcPort: 443
              controlPlaneResources: {cpuCount: 4}
            """
        let flow = "{virtualIP: 192.0.2.7, vcPort: 443, controlPlaneResources: {cpuCount: 4}}"
        let expected: [String: Value] = [
            "virtualIP": "192.0.2.7", "vcPort": 443, "controlPlaneResources": ["cpuCount": 4],
        ]
        let fromFile = try AgentSettings(SettingsReader(keys: AgentSettings.keys, file: ("a.yaml", file)))
        let fromEnvironment = try AgentSettings(
            SettingsReader(keys: AgentSettings.keys, environment: ["FLOTILLA_SUPERVISOR_PROPERTIES": flow]))
        #expect(fromFile.supervisorProperties == expected)
        #expect(fromEnvironment.supervisorProperties == expected)
        #expect(throws: FleetError.self) {
            try AgentSettings(SettingsReader(keys: AgentSettings.keys, overrides: ["supervisorProperties": "[1]"]))
        }
    }

    @Test func theFilesInConfigHoldEveryKeyAtItsDefault() throws {
        let folder = TestData.packageRoot.appendingPathComponent("Config")
        func text(_ name: String) throws -> String {
            try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
        }
        let coordinator = try text("coordinator.yaml")
        let coordinatorRead = try CoordinatorSettings(
            SettingsReader(keys: CoordinatorSettings.keys, file: ("coordinator.yaml", coordinator)))
        let coordinatorStandard = try CoordinatorSettings()
        #expect(coordinatorRead == coordinatorStandard)
        let agent = try text("agent.yaml")
        let agentRead = try AgentSettings(SettingsReader(keys: AgentSettings.keys, file: ("agent.yaml", agent)))
        let agentStandard = try AgentSettings()
        #expect(agentRead == agentStandard)
        let simulator = try text("simulator.yaml")
        let simulatorRead = try SimulatorSettings(
            SettingsReader(keys: SimulatorSettings.keys, file: ("simulator.yaml", simulator)))
        let simulatorStandard = try SimulatorSettings()
        #expect(simulatorRead == simulatorStandard)
        for (file, keys) in [
            (coordinator, CoordinatorSettings.keys), (agent, AgentSettings.keys), (simulator, SimulatorSettings.keys),
        ] {
            let value = try YAMLDocuments.readOne(file)
            for key in keys {
                let path = key.name.split(separator: ".").map(String.init)
                #expect(value[path] != nil, "\(key.name) is missing")
                #expect(file.contains("# "), "\(key.name) has no comment")
            }
        }
    }

    /// Writes the files when asked to, so that they are never edited by hand.
    @Test func theFilesInConfigAreWhatTheTablesSay() throws {
        let folder = TestData.packageRoot.appendingPathComponent("Config")
        for (name, title, keys) in [
            ("coordinator.yaml", "flotilla-coordinator", CoordinatorSettings.keys),
            ("agent.yaml", "flotilla-agent", AgentSettings.keys),
            ("simulator.yaml", "supervisor-simulator", SimulatorSettings.keys),
        ] {
            let file = folder.appendingPathComponent(name)
            let wanted = SettingsLoader.commentedFile(title, keys)
            if ProcessInfo.processInfo.environment["FLOTILLA_WRITE_CONFIG"] != nil {
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                try Data(wanted.utf8).write(to: file)
            }
            #expect(try String(contentsOf: file, encoding: .utf8) == wanted, "run with FLOTILLA_WRITE_CONFIG=1")
        }
    }
}

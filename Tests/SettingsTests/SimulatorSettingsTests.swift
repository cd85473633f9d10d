import FleetModel
import Foundation
import ResourceModel
import Settings
import SupervisorCluster
import Testing

@Suite struct SimulatorSettingsTests {
    @Test func itsControllerKeysAreTheControllersOwnWithTheSameDefaults() throws {
        let names = SimulatorSettings.keys.map(\.name).filter { $0.hasPrefix("controllers.") }
            .map { String($0.dropFirst("controllers.".count)) }
        #expect(names.sorted() == ControllerSettings.keys.filter { $0 != "readyRules" })
        var settings = ControllerSettings()
        try settings.apply(SimulatorSettings().controllers)
        #expect(settings == ControllerSettings())
    }

    @Test func theFileSetsDurationsFaultsRulesAndStorageClasses() throws {
        let file = """
            moid: domain-c50
            storageClasses:
            - {name: gold, default: true, allowVolumeExpansion: true, volumeBindingMode: WaitForFirstConsumer}
            readyRules:
            - {apiVersion: example.com/v1, kind: Bucket, after: 2s, status: {phase: Ready}}
            faults:
            - {method: GET, path: /pods, status: 503, percent: 50}
            controllers:
              imagePull: 50ms
              crashingPods: ["svc/p*"]
              slowPods: {"db-*": 2m}
              volumeUsage: {"svc/data": 97}
              noResizer: true
            """
        let settings = try SimulatorSettings(
            SettingsReader(
                keys: SimulatorSettings.keys, overrides: ["controllers.jobRun": "9s"],
                environment: ["FLOTILLA_CONTROLLERS_CRASHING_PODS": "[a, b]"], file: ("simulator.yaml", file)))
        #expect(settings.moid == "domain-c50")
        #expect(settings.faults.first?["status"] == 503)
        let classes = try StorageClassSetting.read(settings.storageClasses)
        #expect(classes.map(\.name) == ["gold"])
        #expect(classes.first?.bindingMode == "WaitForFirstConsumer")
        #expect(try ReadyRule(settings.readyRules[0]).after == .seconds(2))
        var controllers = ControllerSettings()
        try controllers.apply(settings.controllers)
        #expect(controllers.imagePull == .milliseconds(50))
        #expect(controllers.jobRun == .seconds(9))
        #expect(controllers.faults.crashingPods == ["a", "b"])
        #expect(controllers.faults.slowPods == [.init(pattern: "db-*", delay: .seconds(120))])
        #expect(controllers.faults.volumeUsage == [.init(pattern: "svc/data", percent: 97)])
        #expect(controllers.faults.noResizer)
    }

    @Test(arguments: [
        ("controllers: {imagePul: 1s}", "Did you mean controllers.imagePull?"),
        ("kubeconfigOutt: x", "Did you mean kubeconfigOut?"),
        ("readyRules: [{kinds: x}]", "Did you mean kind?"),
        ("controllers: {crashingPods: [1]}", "a list of texts"),
        ("controllers: {slowPods: [x]}", "cannot be array"),
    ])
    func aMistakeInTheFileIsNamed(file: String, hint: String) {
        let error = #expect(throws: FleetError.self) {
            try SimulatorSettings(SettingsReader(keys: SimulatorSettings.keys, file: ("simulator.yaml", file)))
        }
        let text = "\(error?.message ?? "") \(error?.reason ?? "")"
        #expect(text.contains(hint), "\(text)")
    }

    @Test func anUnknownOptionIsAMistakeToo() {
        let error = #expect(throws: FleetError.self) {
            try SettingsReader(keys: SimulatorSettings.keys, overrides: ["clockSped": "2"])
        }
        #expect(error?.reason == "Did you mean clockSpeed?")
    }

    @Test(
        arguments: [
            ["name": "Gold"], ["name": "a", "reclaimPolicy": "Keep"], ["name": "a", "default": "yes"],
        ] as [Value])
    func aWrongStorageClassIsRefused(item: Value) {
        #expect(throws: FleetError.self) { try StorageClassSetting.read([item]) }
        #expect(throws: FleetError.self) { try StorageClassSetting.read([["name": "a"], ["name": "a"]]) }
    }
}

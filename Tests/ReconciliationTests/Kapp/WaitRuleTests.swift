import Reconciliation
import ResourceModel
import TestSupport
import Testing

/// kapp's words for what it waits for.
struct WaitRuleTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var yaml: String
        var word: String
        var message: String
        init(_ kind: String, _ rest: String, _ word: String, _ message: String = "") {
            let version = kind.contains("/") ? String(kind[..<kind.lastIndex(of: "/")!]) : "v1"
            let name = String(kind.split(separator: "/").last!)
            yaml =
                "{apiVersion: \(version), kind: \(name), metadata: {name: x, namespace: ordr, generation: 1}, \(rest)}"
            self.word = word
            self.message = message
        }
        var testDescription: String { message.isEmpty ? yaml : message }
    }

    static let workloads: [Case] = [
        Case(
            "apps/v1/Deployment", "spec: {replicas: 2}, status: {observedGeneration: 1, unavailableReplicas: 2}",
            "ongoing", "Waiting for 2 unavailable replicas"),
        Case(
            "apps/v1/Deployment", "spec: {replicas: 1}, status: {observedGeneration: 1}", "ongoing",
            "Waiting for 1/1 replicas to be ready"),
        Case("apps/v1/Deployment", "spec: {replicas: 1}, status: {observedGeneration: 1, readyReplicas: 1}", "ok"),
        Case(
            "apps/v1/Deployment", "spec: {replicas: 1}, status: {readyReplicas: 1}", "ongoing",
            "Waiting for generation 1 to be observed"),
        Case(
            "apps/v1/Deployment",
            """
            status: {observedGeneration: 1, conditions: [{type: Progressing, status: "False", \
            reason: ProgressDeadlineExceeded, message: late}]}
            """, "fail", "Deployment is not progressing: ProgressDeadlineExceeded (message: late)"),
        Case(
            "apps/v1/StatefulSet", "spec: {replicas: 1}, status: {observedGeneration: 1, updatedReplicas: 0}",
            "ongoing", "Waiting for 1 replicas to be updated"),
        Case(
            "apps/v1/StatefulSet", "spec: {replicas: 1}, status: {observedGeneration: 1, updatedReplicas: 1}",
            "ongoing", "Waiting for 1 replicas to be ready"),
        Case(
            "apps/v1/StatefulSet",
            """
            spec: {replicas: 3, updateStrategy: {rollingUpdate: {partition: 1}}}, status: {observedGeneration: 1}
            """, "ongoing", "Waiting for 2 replicas to be updated (updating only 2 of 3 total)"),
        Case(
            "apps/v1/StatefulSet",
            "spec: {replicas: 1}, status: {observedGeneration: 1, updatedReplicas: 1, readyReplicas: 1, replicas: 3}",
            "ongoing", "Waiting for 2 replicas to be deleted"),
        Case(
            "apps/v1/DaemonSet",
            """
            status: {observedGeneration: 1, desiredNumberScheduled: 1, updatedNumberScheduled: 1, numberUnavailable: 1}
            """, "ongoing", "Waiting for 1 unavailable pods"),
        Case(
            "batch/v1/Job", "status: {active: 1}", "ongoing",
            "Waiting to complete (1 active, 0 failed, 0 succeeded)"),
        Case(
            "batch/v1/Job",
            """
            status: {conditions: [{type: Failed, status: "True", reason: BackoffLimitExceeded, message: too often}]}
            """, "fail", "Failed with reason BackoffLimitExceeded: too often"),
    ]

    static let others: [Case] = [
        Case(
            "Service", "spec: {type: LoadBalancer, clusterIP: 10.0.0.1}", "ongoing", "Load balancer ingress is empty"),
        Case("Service", "spec: {}", "ongoing", "ClusterIP is empty"),
        Case("Service", "spec: {clusterIP: None}", "ok"),
        Case(
            "Pod",
            """
            status: {phase: Pending, containerStatuses: [{state: {waiting: {reason: ErrImagePull, message: "no"}}}]}
            """, "ongoing", "Pending: ErrImagePull (message: no)"),
        Case("Pod", "status: {phase: Failed}", "fail", "Phase is failed"),
        Case(
            "apiextensions.k8s.io/v1/CustomResourceDefinition",
            "status: {conditions: [{type: Established, status: \"False\"}]}", "ongoing",
            "Condition Established is not True (False)"),
        Case("PersistentVolumeClaim", "status: {phase: Pending}", "ok"),
        Case(
            "packaging.carvel.dev/v1alpha1/PackageInstall",
            """
            status: {observedGeneration: 1, usefulErrorMessage: "kapp: Error: no", \
            conditions: [{type: ReconcileFailed, status: "True"}]}
            """, "fail", "Reconcile failed:  (message: kapp: Error: no)"),
    ]

    @Test(arguments: workloads + others)
    func saysWhatItWaitsFor(test: Case) throws {
        let state = WaitRules().state(of: try YAMLDocuments.readOne(test.yaml))
        #expect(state.word == test.word)
        #expect(state.message == test.message)
    }

    @Test func whatIsBeingDeletedIsNeverDone() {
        var claim = Samples.claim("c", "1Gi")
        claim[at: "metadata", "deletionTimestamp"] = "2026-11-22T11:15:55Z"
        #expect(WaitRules().state(of: claim).message == "Deleting")
        claim[at: "metadata", "finalizers"] = ["kubernetes.io/pvc-protection"]
        #expect(WaitRules().state(of: claim).message == "Waiting on finalizers: kubernetes.io/pvc-protection")
    }

    @Test func namesWhatBelongsToIt() {
        let job = Samples.object("batch/v1", "Job", "j", ["status": ["active": 1]])
        let change = ResourceChange(.create, waiting: .reconcile, declared: job, desired: job)
        let pod = Samples.object("v1", "Pod", "j-rn759", ["status": ["phase": "Pending"]])
        #expect(
            WaitRules().state(of: change, live: job, associated: [job, pod]).lines == [
                "ongoing: reconcile job/j (batch/v1) namespace: ordr",
                " ^ Waiting to complete (1 active, 0 failed, 0 succeeded)",
                " L ongoing: waiting on pod/j-rn759 (v1) namespace: ordr", "    ^ Pending",
            ])
    }

    @Test func aDeletionIsDoneWhenTheObjectIsGoneOrAnother() {
        var claim = Samples.claim("c", "1Gi")
        claim[at: "metadata", "uid"] = "a"
        let change = ResourceChange(.delete, waiting: .delete, existing: claim)
        #expect(WaitRules().state(of: change, live: claim).state.word == "ongoing")
        #expect(WaitRules().state(of: change, live: nil).state.word == "ok")
        claim[at: "metadata", "uid"] = "b"
        #expect(WaitRules().state(of: change, live: claim).state.word == "ok")
    }

    @Test func packagesBringTheirOwnRules() throws {
        let document = try YAMLDocuments.readOne(
            """
            apiVersion: kapp.k14s.io/v1alpha1
            kind: Config
            waitRules:
            - supportsObservedGeneration: true
              conditionMatchers:
              - {type: Failed, status: "True", failure: true}
              - {type: Ready, status: "True", success: true}
              - {type: Usable, status: "True", unblockChanges: true}
              resourceMatchers:
              - apiVersionKindMatcher: {apiVersion: ex.dev/v1, kind: Widget}
            """)
        let rules = WaitRules(config: try KappConfig.standard.adding(document))
        func state(_ type: String, _ status: String = "True") -> WaitState {
            let condition: [String: Value] = ["type": .string(type), "status": .string(status), "reason": "R"]
            var widget = Samples.object("ex.dev/v1", "Widget", "w")
            widget[at: "status", "conditions"] = .array([.object(condition)])
            return rules.state(of: widget)
        }
        #expect(state("Ready").message == "Encountered successful condition Ready == True: R (message: )")
        #expect(state("Failed").hasFailed)
        #expect(state("Ready", "False").message == "No failing or successful conditions found")
        #expect(state("Usable").unblocksChanges && !state("Usable").isDone)
    }

    @Test(.enabled(if: TestData.exists("packages/metrics-server"), "test data is absent"))
    func readsTheConfigurationOfARealPackage() throws {
        let text = try TestData.text("packages/metrics-server/0.6.2/bundle/config/kapp-config.yaml")
        let config = try KappConfig.standard.adding(try YAMLDocuments.readOne(text))
        #expect(config.rebaseRules.count == KappConfig.standard.rebaseRules.count + 2)
    }

    @Test(arguments: [
        "rebaseRules: [{ytt: {}}]", "waitRules: [{ytt: {}}]", "additionalLabels: {a: b}", "newRules: []",
        "rebaseRules: [{type: move, path: [a]}]", "changeGroupBindings: [{resourceMatchers: [{oddMatcher: {}}]}]",
    ])
    func refusesWhatItCannotHonour(rules: String) throws {
        let document = try YAMLDocuments.readOne(rules)
        #expect(throws: KappError.self) { try KappConfig.standard.adding(document) }
    }
}

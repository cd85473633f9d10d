import FleetModel
import Reconciliation
import ResourceModel
import Testing

/// What `why` says, case by case (user-experience "The story that must always work").
struct DiagnosisTests {
    private let values = try! YAMLDocuments.readOne(
        """
        persistence:
          persistentVolumeClaim:
            registry: {size: 60Gi, storageClass: fast}
            database: {size: 5Gi}
        """)

    private func facts(
        _ error: String?, live: [Value] = [], declared: [Value] = [], events: [Value] = []
    ) -> DiagnosisFacts {
        let condition =
            error.map { InstallCondition.failed(.deploying, $0, deleting: false) } ?? InstallCondition.succeeded
        return DiagnosisFacts(
            key: Samples.key, condition: condition, since: .zero, live: live, events: events, declared: declared,
            effectiveValues: values)
    }

    private func event(_ reason: String, _ kind: String, _ name: String, _ message: String) -> Value {
        [
            "reason": .string(reason), "type": "Warning", "message": .string(message),
            "involvedObject": ["kind": .string(kind), "name": .string(name)],
        ]
    }

    @Test func explainsAVolumeThatCannotShrink() {
        let error = KappError.applying(
            .update, "persistentvolumeclaim/harbor-registry (v1) namespace: svc-harbor-domain-c8",
            serverMessage: "spec.resources.requests.storage: Forbidden: field can not be less than previous value",
            reason: "Invalid")
        let diagnosis = DiagnosisRules.diagnose(
            facts(
                error.multiline, live: [Samples.claim("harbor-registry", "100Gi"), Samples.claim("other", "1Gi")],
                declared: [Samples.claim("harbor-registry", "60Gi"), Samples.claim("other", "1Gi")]))
        #expect(diagnosis.state == .error)
        #expect(diagnosis.reason == "ReconcileFailed")
        #expect(diagnosis.message == error.multiline)
        #expect(
            diagnosis.causes == [
                Diagnosis.Cause(
                    text:
                        "the live volume (100Gi) is larger than the declared one (60Gi); a volume cannot shrink",
                    next: "flotilla drift adopt harbor@sv-oslo", effect: "declares 100Gi, nothing is reinstalled")
            ])
    }

    @Test func explainsAChangedClaimTemplateAndNamesTheValue() {
        let error = KappError.applying(
            .update, "statefulset/harbor-database (apps/v1) namespace: svc-harbor-domain-c8",
            serverMessage:
                "spec: Forbidden: updates to statefulset spec for fields other than 'replicas' are forbidden",
            reason: "Invalid")
        let diagnosis = DiagnosisRules.diagnose(
            facts(
                error.multiline, live: [Samples.statefulSet("harbor-database", template: "database-data", "1Gi")],
                declared: [Samples.statefulSet("harbor-database", template: "database-data", "5Gi")]))
        #expect(
            diagnosis.causes.first?.next
                == "flotilla reconfigure harbor --on sv-oslo --set persistence.persistentVolumeClaim.database.size=1Gi")
        #expect(diagnosis.causes.first?.text.contains("database-data") == true)
    }

    @Test(arguments: [
        ("Ownership errors:\n- Resource 'x' … (label 'kapp.k14s.io/app=17')", "another app"),
        ("failed calling webhook \"webhook.cert-manager.io\": timeout", "webhook webhook.cert-manager.io"),
        ("pods \"x\" is forbidden: exceeded quota: default, requested: 1", "quota is used up"),
        ("unable to create new content in namespace x because it is being terminated", "being deleted"),
        ("secrets is forbidden: User \"agent\" cannot list", "agent lacks a permission"),
        ("Expected to find kind 'ex.dev/v1/Widget', but did not:", "does not serve the kind ex.dev/v1/Widget"),
        ("dial tcp 10.0.0.1:6443: connection refused", "cannot be reached"),
    ])
    func knowsTheUsualErrors(error: String, words: String) {
        let causes = DiagnosisRules.diagnose(facts(error)).causes
        #expect(causes.first?.text.contains(words) == true)
        #expect(causes.first?.next.isEmpty == false)
        // The same words in a healthy install are no finding.
        #expect(DiagnosisRules.diagnose(facts(nil)).causes.isEmpty)
    }

    @Test func looksAtPodsAndClaims() throws {
        let pod = try YAMLDocuments.readOne(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: core-1, namespace: ns}
            status:
              containerStatuses:
              - {name: a, image: registry/a:1, state: {waiting: {reason: ImagePullBackOff, message: Back-off}}}
              - name: b
                restartCount: 4
                state: {waiting: {reason: CrashLoopBackOff}}
                lastState: {terminated: {exitCode: 2}}
            """)
        var claim = Samples.claim("harbor-registry", "60Gi")
        claim[at: "spec", "storageClassName"] = "fast"
        claim[at: "status", "phase"] = "Pending"
        let texts = DiagnosisRules.diagnose(
            facts(
                nil, live: [pod, claim],
                events: [
                    event(
                        "ProvisioningFailed", "PersistentVolumeClaim", "harbor-registry",
                        "storageclass.storage.k8s.io \"fast\" not found")
                ])
        ).causes.map(\.text)
        #expect(
            texts == [
                "pod/core-1 cannot pull registry/a:1: Back-off",
                "pod/core-1 keeps crashing (container b, 4 restarts, last exit code 2)",
                "the storage class fast of claim harbor-registry does not exist on this Supervisor",
            ])
    }

    @Test(arguments: [(93, true), (90, true), (89, false)])
    func namesTheReconfigureForAFullVolume(percent: Int, isFound: Bool) {
        let causes = DiagnosisRules.diagnose(
            facts(
                nil, live: [Samples.claim("harbor-registry", "60Gi")],
                events: [
                    event(
                        "VolumeUsageHigh", "PersistentVolumeClaim", "harbor-registry", "volume usage is \(percent)%")
                ])
        ).causes
        #expect(causes.isEmpty != isFound)
        guard isFound else { return }
        #expect(causes.first?.text == "the volume of claim harbor-registry (60Gi) is \(percent) % full")
        #expect(
            causes.first?.next
                == "flotilla reconfigure harbor --on sv-oslo --set persistence.persistentVolumeClaim.registry.size=90Gi"
        )
    }

    @Test func namesWhatATimeoutWaitedFor() {
        let error = KappError.timedOut(
            after: 900, resources: ["deployment/core (apps/v1) namespace: svc-harbor-domain-c8"])
        let causes = DiagnosisRules.diagnose(
            facts(error.multiline, live: [Samples.deployment("core"), Samples.deployment("other")])
        ).causes
        #expect(causes.map(\.text) == ["deployment/core: Waiting for 1/1 replicas to be ready"])
    }

    @Test func explainsAValueThatThePackageDoesNotKnow() {
        let error = """
            ytt: Error: Overlaying data values (in following order: additional data values):
            Given data value is not declared in schema
            values.yaml:
              1 | adminPasword: …
                = found: adminPasword
                = expected: one of { adminPassword, hostname } (from values-schema.yaml:2)
                = hint: did you mean "adminPassword"?
            """
        let cause = DiagnosisRules.diagnose(facts(error)).causes.first
        #expect(cause?.text == "the package has no value adminPasword; it has adminPassword")
        #expect(cause?.next == "flotilla reconfigure harbor --on sv-oslo")
    }

    @Test func explainsANamespaceThatIsStillBeingDeleted() {
        let error = "kapp: Error: namespace svc-harbor-domain-c8 is still being deleted (reason: Conflict)"
        #expect(DiagnosisRules.diagnose(facts(error)).causes.first?.next == "kubectl get namespaces")
    }
}

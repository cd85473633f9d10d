import FleetModel
import Reconciliation
import ResourceModel
import Testing

/// kapp's printed errors, letter by letter (transcripts 14, 15, 20, 40).
struct KappErrorTests {
    @Test func breaksARefusedUpdateOverLines() {
        let resource = "persistentvolumeclaim/harbor-registry (v1) namespace: svc-harbor-domain-c8"
        let error = KappError.applying(
            .update, resource,
            serverMessage: """
                PersistentVolumeClaim "harbor-registry" is invalid: spec.resources.requests.storage: \
                Forbidden: field can not be less than status.capacity
                """, reason: "Invalid")
        #expect(
            error.multiline == """
                kapp: Error: update persistentvolumeclaim/harbor-registry (v1) namespace: svc-harbor-domain-c8:
                  Updating resource persistentvolumeclaim/harbor-registry (v1) namespace: svc-harbor-domain-c8:
                    API server says:
                      PersistentVolumeClaim "harbor-registry" is invalid: spec.resources.requests.storage:
                        Forbidden: field can not be less than status.capacity (reason: Invalid)
                """)
    }

    @Test func breaksTheStatefulSetRefusal() {
        let resource = "statefulset/harbor-database (apps/v1) namespace: svc-harbor-domain-c8"
        let fields =
            "'replicas', 'ordinals', 'template', 'updateStrategy', 'persistentVolumeClaimRetentionPolicy' and "
            + "'minReadySeconds'"
        let error = KappError.applying(
            .update, resource,
            serverMessage: """
                StatefulSet.apps "harbor-database" is invalid: spec: Forbidden: updates to statefulset spec for fields \
                other than \(fields) are forbidden
                """, reason: "Invalid")
        #expect(
            error.multiline == """
                kapp: Error: update statefulset/harbor-database (apps/v1) namespace: svc-harbor-domain-c8:
                  Updating resource statefulset/harbor-database (apps/v1) namespace: svc-harbor-domain-c8:
                    API server says:
                      StatefulSet.apps "harbor-database" is invalid: spec:
                        Forbidden: updates to statefulset spec for fields other than \(fields) are forbidden \
                (reason: Invalid)
                """)
    }

    @Test func listsWhatItWaitedFor() {
        let error = KappError.timedOut(
            after: 4, resources: ["service/lb (v1) namespace: ordr", "job/j (batch/v1) namespace: ordr"])
        #expect(
            error.multiline == """
                kapp: Error: Timed out waiting after 4s for resources: 

                  - service/lb (v1) namespace: ordr

                  - job/j (batch/v1) namespace: ordr


                """)
    }

    @Test(arguments: [(4, "4s"), (60, "1m0s"), (900, "15m0s"), (3600, "1h0m0s")])
    func writesDurationsAsGoDoes(seconds: Int, text: String) {
        #expect(KappError.goDuration(seconds: seconds) == text)
    }

    @Test func listsValidationErrorsAndUnknownKinds() {
        #expect(
            throws: KappError(
                """
                Validation errors:
                - Expected 'metadata.name' on resource 'configmap/ (v1) cluster' to be non-empty (stdin doc 1)
                """)
        ) { try Samples.prepared([["apiVersion": "v1", "kind": "ConfigMap"]]) }
        #expect(
            throws: KappError(
                """
                Expected to find kind 'ex.dev/v1/Widget', but did not:
                - Kubernetes API server did not have matching apiVersion + kind
                - No matching CRD was found in given configuration
                """)
        ) {
            try ManifestSet(
                documents: [Samples.object("ex.dev/v1", "Widget", "w")], defaultNamespace: "x",
                isNamespaced: { _ in Optional<Bool>.none })
        }
        #expect(throws: KappError.emptySet) { try Samples.prepared([]) }
    }
}

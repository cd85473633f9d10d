import FleetModel
import ResourceModel
import SupervisorCluster
import TestSupport
import Testing

/// The API server's rules against what real ones answered (kube-apiserver 1.25.10 and 1.32.13).
@Suite struct RecordedReplyTests {
    /// A cluster that was brought where the recording began, and the cases that follow each other on it.
    struct Scenario: Sendable, CustomTestStringConvertible {
        var name: String
        var setUp: @Sendable (inout TestCluster) -> Void
        var cases: [String]
        var testDescription: String { name }

        init(_ name: String, _ cases: String, setUp: @escaping @Sendable (inout TestCluster) -> Void = { _ in }) {
            self.name = name
            self.cases = cases.split(separator: " ").map(String.init)
            self.setUp = setUp
        }
    }

    static let scenarios: [Scenario] = [
        Scenario(
            "bodies and paths",
            """
            400-badjson 400-badyaml 400-kind-mismatch 400-name-mismatch 400-nokind 400-ns-mismatch 404-delete \
            404-ns-create 404-pod 404-resource-path 404-unknown-path 405-method 405-put-list 406-accept 409-exists \
            409-rv 409-rv-patch 409-rv-delete 409-uid 409-uid-put 200-delete 415-ct 422-ns-name 422-pvc-zero \
            422-quantity ns-delete-default list-badrv list-badselector list-badfieldselector watch-badrv \
            watch-future-rv 422-deploy 400-type-mismatch
            """
        ) { $0.make("v1", "configmaps", "t1", ["metadata": ["name": "cc"], "data": ["a": "1"]]) },
        Scenario("field validation", "fieldval-Strict fieldval-Warn fieldval-Ignore fieldval-dup"),
        Scenario("server-side apply", "ssa-a ssa-conflict ssa-nomanager ssa-same"),
        Scenario(
            "immutable data",
            """
            cm-immutable-create 415-patch cm-immutable-update cm-immutable-unset secret-immutable-create \
            secret-immutable-update secret-type-create secret-type-change
            """),
        Scenario(
            "stateful sets",
            """
            sts-create sts-put-vct sts-put-selector sts-put-servicename sts-mergepatch-vct sts-jsonpatch-vct \
            sts-ssa-vct sts-put-retention
            """),
        Scenario("deployments", "deploy-create deploy-put-selector deploy-put-selector-mismatch"),
        Scenario(
            "services",
            """
            svc-create svc-put-clusterip svc-put-no-clusterip svc-clusterip-outofrange svc-clusterip-taken \
            svc-nodeport-taken0 svc-nodeport-taken
            """
        ) {
            $0.make(
                "v1", "services", "t1",
                ["metadata": ["name": "holder"], "spec": ["ports": [["port": 80]], "clusterIP": "10.96.26.189"]])
            $0.make(
                "v1", "services", "t1",
                ["metadata": ["name": "holder2"], "spec": ["ports": [["port": 80]], "clusterIP": "10.96.9.67"]])
        },
        Scenario("jobs", "job-create job-patch-template"),
        Scenario(
            "claims",
            """
            pvc-grow-noexp pvc-grow-unset pvc-grow-scmissing pvc-shrink-bound pvc-grow-ok \
            pvc-shrink-after-grow-to-10 pvc-immut-accessmodes pvc-immut-sc pvc-immut-volname pvc-immut-volmode \
            pvc-create-pending pvc-grow-pending pvc-shrink-pending pvc-delete-inuse pvc-terminating
            """
        ) { cluster in
            for (name, storageClass) in [
                ("harbor-registry", "sc-exp"), ("noexp", "sc-noexp"), ("unset", "sc-unset"), ("ghost", "sc-missing"),
            ] { cluster.bindClaim(name, storageClass: storageClass) }
        },
        Scenario("quota", "quota-exceeded quota-ok quota-count") {
            $0.make(
                "v1", "resourcequotas", "t5",
                [
                    "metadata": ["name": "q"],
                    "spec": ["hard": ["requests.storage": "20Gi", "persistentvolumeclaims": "1"]],
                ])
        },
        Scenario(
            "a namespace that goes",
            """
            ns-active ns-held-cm ns-delete-reply ns-terminating-create ns-terminating-conditions \
            add-finalizer-while-deleting delete-already-terminating ns-delete-again ns-finalize-remove ns-gone
            """
        ) {
            $0.make("v1", "configmaps", "t3", ["metadata": ["name": "held", "finalizers": ["example.com/hold"]]])
        },
        Scenario(
            "custom resources",
            """
            cr-before-crd crd-create crd-established cr-422-pattern cr-422-required cr-422-type cr-strict-unknown
            """),
    ]

    static let runs: [(ServerProfile, Scenario)] = ServerProfile.allCases.flatMap { profile in
        scenarios.map { (profile, $0) }
    }

    @Test(
        .enabled(
            if: ServerProfile.allCases.allSatisfy(RecordedReply.isPresent),
            "needs the recorded replies (FLOTILLA_TESTDATA)"),
        arguments: runs)
    func answersAsTheRealServerDid(profile: ServerProfile, scenario: Scenario) throws {
        var cluster = TestCluster(profile: profile)
        scenario.setUp(&cluster)
        for name in scenario.cases where TestData.exists("kubernetes-replies/\(profile.rawValue)/\(name).json") {
            let recorded = try RecordedReply(name, profile)
            cluster.step()
            let response = cluster.send(recorded.apiRequest())
            let wanted = recorded.response.stringValue ?? RecordedReply.essence(recorded.status, recorded.response)
            let got =
                recorded.response.stringValue != nil
                ? String(decoding: response.body, as: UTF8.self)
                : RecordedReply.essence(response.status, response.value)
            #expect(response.status == recorded.status, "\(name)")
            #expect(got == wanted, "\(name)")
        }
    }

    @Test(
        .enabled(
            if: ServerProfile.allCases.allSatisfy(RecordedReply.isPresent),
            "needs the recorded replies (FLOTILLA_TESTDATA)"),
        arguments: ServerProfile.allCases, ["deploy-create", "sts-create", "job-create", "pod-create"])
    func defaultsAsTheRealServerDid(profile: ServerProfile, name: String) throws {
        var cluster = TestCluster(profile: profile)
        let recorded = try RecordedReply(name, profile)
        let response = cluster.send(recorded.apiRequest())
        #expect(response.status == 201)
        var wanted = recorded.response["spec"] ?? .null
        var got = response.value["spec"] ?? .null
        for key in ["selector", "template", "volumes", "containers"] where name == "job-create" || name == "pod-create"
        {
            wanted[key] = nil
            got[key] = nil
        }
        #expect(JSONWriter.pretty(got) == JSONWriter.pretty(wanted))
    }

    @Test(
        .enabled(
            if: RecordedReply.isPresent(.kubernetes132), "needs the recorded replies (FLOTILLA_TESTDATA)"),
        arguments: [
            "401", "403-anon", "403-create-deploy", "403-escalate", "403-get-cluster", "403-list-pods",
            "403-nonresource", "403-patch-pvc",
        ])
    func refusesStrangersAsTheRealServerDid(name: String) throws {
        var settings = ClusterSettings()
        settings.tokens = [.admin("secret"), AccessToken(token: "dev", user: "dev")]
        var cluster = TestCluster(settings: settings)
        let recorded = try RecordedReply(name, .kubernetes132)
        let header: String? = name == "401" ? "Bearer wrong" : name == "403-anon" ? nil : "Bearer dev"
        let response = cluster.send(recorded.apiRequest(authorization: header))
        #expect(
            RecordedReply.essence(response.status, response.value)
                == RecordedReply.essence(recorded.status, recorded.response))
    }

    @Test(
        .enabled(
            if: RecordedReply.isPresent(.kubernetes132), "needs the recorded replies (FLOTILLA_TESTDATA)"),
        arguments: [
            "table-pods", "table-deploy", "table-sts", "table-svc", "table-pvc", "table-ns", "table-cm",
            "table-events", "table-crd",
        ])
    func printsTheColumnsOfTheRealServer(name: String) throws {
        var cluster = TestCluster(profile: .kubernetes132)
        let recorded = try RecordedReply(name, .kubernetes132)
        let response = cluster.send(recorded.apiRequest())
        func columns(_ table: Value) -> [String] {
            (table["columnDefinitions"]?.arrayValue ?? []).map {
                "\($0["name"]?.stringValue ?? "") \($0["type"]?.stringValue ?? "") "
                    + "\($0["format"]?.stringValue ?? "") \($0["priority"]?.intValue ?? -1)"
            }
        }
        #expect(columns(response.value) == columns(recorded.response))
    }
}

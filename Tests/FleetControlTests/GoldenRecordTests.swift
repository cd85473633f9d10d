import FleetControl
import FleetModel
import ResourceModel
import Testing

/// Records as version 0.1.0 wrote them. A later version must read them and mean the same (contract C9): an entry here
/// is never changed, only added to.
@Suite struct GoldenRecordTests {
    static let records: [(kind: String, payload: String)] = [
        (
            "command.accepted",
            #"""
            {"by":{"from":"unix","name":"uid:0"},"fingerprint":"sha256:c-1","id":"c-1",
            "lines":["registered  harbor.community.tanzu.vmware.com 2.6.1  ACTIVATED"],"warnings":[]}
            """#
        ),
        (
            "command.accepted",
            #"""
            {"action":"activate harbor.community.tanzu.vmware.com","by":{"credential":{"token":{"_0":"tk-1"}},
            "from":"10.0.0.7","name":"operator:alice","operatorID":"alice"},"fingerprint":"sha256:c-2","id":"c-2",
            "lines":[],"reason":"ticket 4711","warnings":[]}
            """#
        ),
        (
            "operator.set",
            #"""
            {"certificates":[],"id":"alice","privileges":["install","read"],"scope":{"named":{"_0":["a"]}}}
            """#
        ),
        (
            "operator.locked",
            #"""
            {"id":"alice","locked":true}
            """#
        ),
        (
            "operator.removed",
            #"""
            {"id":"alice"}
            """#
        ),
        (
            "token.created",
            #"""
            {"id":"alice","token":{"createdAt":1000,"digest":"sha256:t","expires":2000,"id":"tk-1"}}
            """#
        ),
        (
            "token.revoked",
            #"""
            {"id":"alice","token":"tk-1"}
            """#
        ),
        (
            "access.refused",
            #"""
            {"action":"GET /v1/services","count":3,"from":"10.0.0.7","kind":"operator","name":"",
            "reason":"the token is not known"}
            """#
        ),
        (
            "coordinator.started",
            #"""
            {"version":"0.1.0"}
            """#
        ),
        (
            "generation.raised",
            #"""
            {"generation":5,"key":{"service":"harbor.community.tanzu.vmware.com","supervisor":"a"}}
            """#
        ),
        (
            "history.trimmed",
            #"""
            {"from":1,"to":2}
            """#
        ),
        (
            "report",
            #"""
            {"incarnation":1,"report":{"at":1011000,"body":{"accepted":{}},"generation":1,"sequence":1,
            "service":"harbor.community.tanzu.vmware.com"},"supervisor":"a","task":"t-1"}
            """#
        ),
        (
            "report",
            #"""
            {"incarnation":1,"report":{"at":1012000,"body":{"progress":{"detail":"waiting: x","done":1,
            "stage":"applying","total":50}},"generation":1,"sequence":2,
            "service":"harbor.community.tanzu.vmware.com"},"supervisor":"a","task":"t-1"}
            """#
        ),
        (
            "report",
            #"""
            {"incarnation":1,"report":{"at":1015000,"body":{"outcome":{"_0":{"message":"kapp: Error: boom",
            "next":"","objectCount":0,"verdict":"failed"}}},"generation":1,"sequence":3,
            "service":"harbor.community.tanzu.vmware.com"},"supervisor":"a","task":"t-1"}
            """#
        ),
        (
            "service.deleted",
            #"""
            {"service":"harbor.community.tanzu.vmware.com"}
            """#
        ),
        (
            "service.registered",
            #"""
            {"displayName":"harbor.community.tanzu.vmware.com","service":"harbor.community.tanzu.vmware.com",
            "shortDescription":""}
            """#
        ),
        (
            "service.state",
            #"""
            {"service":"harbor.community.tanzu.vmware.com","state":"DEACTIVATED"}
            """#
        ),
        (
            "supervisor.connected",
            #"""
            {"incarnation":1,"supervisor":"a"}
            """#
        ),
        (
            "supervisor.enrolled",
            #"""
            {"publicKey":"key-a","supervisor":"a"}
            """#
        ),
        (
            "supervisor.invited",
            #"""
            {"expires":4602000,"labels":{"region":"north"},"moid":"domain-c1","supervisor":"a",
            "token":"sha256:token-3"}
            """#
        ),
        (
            "supervisor.lost",
            #"""
            {"reason":"silent","supervisor":"a"}
            """#
        ),
        (
            "supervisor.removed",
            #"""
            {"supervisor":"b"}
            """#
        ),
        (
            "supervisor.enrolled",
            #"""
            {"fingerprint":"ab-cd","publicKey":"key-a","supervisor":"a"}
            """#
        ),
        (
            "supervisor.invited",
            #"""
            {"autoAccept":false,"expires":4602000,"labels":{},"moid":"domain-c1","supervisor":"a",
            "token":"sha256:token-3"}
            """#
        ),
        (
            "supervisor.pending",
            #"""
            {"fingerprint":"ab-cd","publicKey":"key-a","supervisor":"a"}
            """#
        ),
        (
            "supervisor.rejected",
            #"""
            {"fingerprint":"ab-cd","supervisor":"a"}
            """#
        ),
        (
            "agentkey.asked",
            #"""
            {"graceUntil":4602000,"supervisor":"a"}
            """#
        ),
        (
            "agentkey.offered",
            #"""
            {"fingerprint":"ab-cd","publicKey":"key-b","supervisor":"a"}
            """#
        ),
        (
            "agentkey.changed",
            #"""
            {"fingerprint":"ab-cd","overlapUntil":4602000,"publicKey":"key-b","supervisor":"a"}
            """#
        ),
        (
            "agentkey.ended",
            #"""
            {"supervisor":"a"}
            """#
        ),
        (
            "agentkey.ended",
            #"""
            {"publicKey":"key-a","supervisor":"a"}
            """#
        ),
        (
            "target.deferred",
            #"""
            {"key":{"service":"harbor.community.tanzu.vmware.com","supervisor":"a"},
            "message":"the agent is away; will apply when it returns","task":"t-1"}
            """#
        ),
        (
            "target.notsent",
            #"""
            {"key":{"service":"harbor.community.tanzu.vmware.com","supervisor":"b"},
            "message":"not sent: 1 of at most 1 failures reached","task":"t-1"}
            """#
        ),
        (
            "target.resumed",
            #"""
            {"key":{"service":"harbor.community.tanzu.vmware.com","supervisor":"a"},
            "message":"the agent is back","task":"t-1"}
            """#
        ),
        (
            "target.started",
            #"""
            {"key":{"service":"harbor.community.tanzu.vmware.com","supervisor":"a"},"operation":"install",
            "spec":{"command":"c-5","dataConsent":{"none":{}},"generation":1,"intent":{"present":{"_0":{
            "namespace":"svc-harbor-domain-c1","package":"sha256:harbor.community.tanzu.vmware.com-2.6.1",
            "values":"sha256:values-5-a","version":"2.6.1"}}},"task":"t-1"},"task":"t-1"}
            """#
        ),
        (
            "target.started",
            #"""
            {"key":{"service":"harbor.community.tanzu.vmware.com","supervisor":"a"},"operation":"uninstall",
            "spec":{"command":"c-7","dataConsent":{"none":{}},"generation":7,"intent":{"absent":{"_0":"keep"}},
            "task":"t-3"},"task":"t-3"}
            """#
        ),
        (
            "target.superseded",
            #"""
            {"key":{"service":"harbor.community.tanzu.vmware.com","supervisor":"a"},
            "message":"task t-3 replaced it","task":"t-2"}
            """#
        ),
        (
            "task.created",
            #"""
            {"plans":[{"dataConsent":{"none":{}},"intent":{"present":{"_0":{"namespace":"svc-harbor-domain-c1",
            "package":"sha256:harbor.community.tanzu.vmware.com-2.6.1","values":"sha256:values-5-a",
            "version":"2.6.1"}}},"supervisor":"a"},{"dataConsent":{"none":{}},"intent":{"present":{"_0":{
            "namespace":"svc-harbor-domain-c1","package":"sha256:harbor.community.tanzu.vmware.com-2.6.1",
            "values":"sha256:values-5-b","version":"2.6.1"}}},"supervisor":"b"}],"task":{"command":"c-5",
            "createdAt":1010000,"id":"t-1","maxFailures":1,"maxParallel":1,"operation":"install",
            "service":"harbor.community.tanzu.vmware.com","targets":[{"done":0,"generation":0,"message":"",
            "next":"","state":"pending","supervisor":"a","total":0},{"done":0,"generation":0,"message":"",
            "next":"","state":"pending","supervisor":"b","total":0}],"version":"2.6.1"}}
            """#
        ),
        (
            "task.created",
            #"""
            {"plans":[{"dataConsent":{"none":{}},"intent":{"absent":{"_0":"keep"}},"supervisor":"a"}],"task":{
            "command":"c-7","createdAt":1018000,"id":"t-3","maxFailures":1,"maxParallel":0,
            "operation":"uninstall","service":"harbor.community.tanzu.vmware.com","targets":[{"done":0,
            "generation":0,"message":"","next":"","state":"pending","supervisor":"a","total":0}]}}
            """#
        ),
        (
            "task.created",
            #"""
            {"plans":[],"task":{"command":"c-9","createdAt":1018000,"id":"t-4","maxFailures":1,"maxParallel":0,
            "operation":"upgrade","reason":"ticket 4711","service":"harbor.community.tanzu.vmware.com","targets":[],
            "version":"2.6.3"}}
            """#
        ),
        (
            "task.finished",
            #"""
            {"message":"install harbor 2.6.1: 1 failed","service":"harbor.community.tanzu.vmware.com",
            "succeeded":false,"task":"t-1"}
            """#
        ),
        (
            "version.deleted",
            #"""
            {"service":"harbor.community.tanzu.vmware.com","version":"2.6.1"}
            """#
        ),
        (
            "version.registered",
            #"""
            {"facts":{"displayName":"harbor.community.tanzu.vmware.com","hasSchema":false,
            "package":"sha256:harbor.community.tanzu.vmware.com-2.6.1",
            "service":"harbor.community.tanzu.vmware.com","shortDescription":"","version":"2.6.1"}}
            """#
        ),
        (
            "version.state",
            #"""
            {"service":"harbor.community.tanzu.vmware.com","state":"DEACTIVATED","version":"2.6.1"}
            """#
        ),
    ]

    @Test(arguments: records) func isReadAndWrittenAsBefore(kind: String, payload: String) throws {
        let bytes = JSONWriter.bytes(try JSONReader.read(payload))
        let record = try #require(try FleetRecord.read(kind: kind, payload: bytes))
        #expect(record.kind == kind)
        #expect(String(decoding: try record.payload(), as: UTF8.self) == String(decoding: bytes, as: UTF8.self))
    }

    @Test func aFieldOfANewerVersionIsPassedOver() throws {
        let payload = Array(#"{"service":"harbor.example.com","later":{"a":1}}"#.utf8)
        let record = try #require(try FleetRecord.read(kind: "service.deleted", payload: payload))
        guard case .serviceDeleted(let body) = record else {
            Issue.record("read as \(record.kind)")
            return
        }
        #expect(body.service == ServiceID("harbor.example.com"))
    }

    /// What the plans of many Supervisors have in common is written once.
    @Test func theTaskOfManySupervisorsIsReadAsItWasWritten() throws {
        let service = ServiceID("harbor.example.com")
        let plans = (0..<40).map { index in
            let supervisor = SupervisorID("sv-\(index)")
            let selection = PackageSelection(
                version: index < 30 ? "2.6.1" : "2.6.3", package: ContentDigest("sha256:p"),
                values: ContentDigest("sha256:v"), bundleImage: "images.example.com/harbor", bundleTree: nil,
                bundleContent: nil, namespace: "svc-harbor-domain-c\(index)")
            return TargetPlan(
                supervisor: supervisor, intent: index == 35 ? .absent(.keep) : .present(selection),
                dataConsent: index == 3
                    ? .confirmed(InstallKey(service: service, supervisor: supervisor)) : .none)
        }
        let task = FleetTask(
            id: TaskID("t-1"), command: CommandID("c-1"), operation: .install, service: service, version: "2.6.1",
            createdAt: .zero, maxParallel: 0, maxFailures: 1,
            targets: plans.map { TaskTarget(supervisor: $0.supervisor) })
        let record = FleetRecord.taskCreated(FleetRecord.TaskCreated(task: task, plans: plans))
        let bytes = try record.payload()
        #expect(try FleetRecord.read(kind: record.kind, payload: bytes) == record)
        #expect(String(decoding: bytes, as: UTF8.self).components(of: "images.example.com") == 2)
        // A plan that names an intent that is not there is an error, not a guess.
        let broken = String(decoding: bytes, as: UTF8.self).replacing("\"intent\":2", with: "\"intent\":7")
        #expect(throws: (any Error).self) { try FleetRecord.read(kind: record.kind, payload: Array(broken.utf8)) }
    }
}

extension String {
    fileprivate func components(of text: String) -> Int { ranges(of: text).count }
}

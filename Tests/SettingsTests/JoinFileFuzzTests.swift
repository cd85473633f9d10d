import FleetModel
import Settings
import TestSupport
import Testing

/// Join files that were changed at random: read as they were meant, or refused with the file's name.
@Suite struct JoinFileFuzzTests {
    @Test func changedJoinFiles() async throws {
        let join = JoinFile(
            supervisor: SupervisorID("sv-oslo"), moid: "domain-c8", coordinator: "tcp://c.example:7440",
            enrolment: "tcp://c.example:7441", coordinatorKey: "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7",
            token: String(repeating: "0123456789abcdef", count: 4), expires: Timestamp(milliseconds: 1_700_000_000_000))
        let text = Array(JoinFileDocument.text(of: join).utf8)
        let corpus = [
            text, Array("&a [*a, *a]\n".utf8), Array("? {a: b}\n: |+2\n   x\n".utf8), Array("<<: *x\n---\n".utf8),
            Array(String(repeating: "[", count: 300).utf8), Array("expires: 99999-99-99T99:99:99Z\n".utf8),
        ]
        try await FuzzTarget("join files", rounds: 600).run { source in
            let changed = String(decoding: source.changed(text, corpus: corpus), as: UTF8.self)
            do throws(FleetError) {
                let read = try JoinFileDocument.read(changed, name: "join.yaml")
                #expect(!read.token.isEmpty && !read.coordinatorKey.isEmpty)
            } catch {
                #expect(error.message.contains("join.yaml"))
                #expect(!error.description.contains(join.token), "the token is in the error's text")
            }
        }
    }
}

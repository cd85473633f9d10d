import FleetModel
import FleetRuntime
import Logging
import Synchronization
import Testing

@Suite struct JSONLogHandlerTests {
    @Test func writesOneObjectPerLineWithSortedMetadata() {
        let lines = Mutex<[String]>([])
        var logger = Logger(label: "coordinator") { label in
            JSONLogHandler(label: label, level: .info, now: { Timestamp(milliseconds: 0) }) { line in
                lines.withLock { $0.append(line) }
            }
        }
        logger[metadataKey: LogKey.task] = "t-7"
        logger.info("applied \"all\"\n", metadata: [LogKey.service: "harbor"])
        logger.debug("below the level")
        #expect(
            lines.withLock { $0 } == [
                "{\"time\":\"1970-01-01T00:00:00.000Z\",\"level\":\"info\",\"logger\":\"coordinator\","
                    + "\"message\":\"applied \\\"all\\\"\\n\",\"service.id\":\"harbor\",\"task.id\":\"t-7\"}\n"
            ])
    }
}

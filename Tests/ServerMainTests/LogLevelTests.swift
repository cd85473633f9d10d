import Logging
import ServerMain
import Testing

@Suite struct LogLevelTests {
    /// A reload changes it for every logger; a word that is none changes nothing.
    @Test func followsTheLastWordThatIsALevel() {
        let level = LogLevel("debug")
        level.set("warning")
        level.set("loud")
        #expect(level.value == .warning)
        #expect(LogLevel("loud").value == .info)
    }
}

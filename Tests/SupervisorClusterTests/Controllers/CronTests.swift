import FleetModel
import ResourceModel
import SupervisorCluster
import Testing

@Suite struct CronTests {
    /// Runs a CronJob from a given time and returns when its first Job was made.
    private func firstJob(_ schedule: String, from start: String) throws -> String? {
        var settings = ControllerSettings()
        settings.readyRules = []
        var driver = ClusterDriver(settings)
        driver.cluster.now = try #require(Timestamp(rfc3339: start))
        driver.add(
            """
            {"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"cj","namespace":"svc"},
             "spec":{"schedule":"\(schedule)","jobTemplate":{"spec":{"template":\(ClusterDriver.template("x"))}}}}
            """)
        for _ in 0..<3 {
            driver.step()
            if let job = driver.all("Job").first { return job[at: "metadata", "creationTimestamp"]?.stringValue }
            guard let next = driver.cluster.wakeTime else { return nil }
            driver.cluster.now = next
        }
        return nil
    }

    @Test(arguments: [
        ("*/15 * * * *", "2026-11-22T13:49:08Z", "2026-11-22T14:00:00Z"),
        ("0 3 * * *", "2026-11-22T13:49:08Z", "2026-11-23T03:00:00Z"),
        ("@hourly", "2026-11-22T13:59:59Z", "2026-11-22T14:00:00Z"),
        ("30 2 * * 1-5", "2026-11-21T10:00:00Z", "2026-11-23T02:30:00Z"),
        ("0 0 1 JAN *", "2026-11-22T10:00:00Z", "2027-01-01T00:00:00Z"),
        ("0 12 13 * FRI", "2026-11-14T13:00:00Z", "2026-11-20T12:00:00Z"),
        ("@every 1h30m", "2026-11-22T13:49:08Z", "2026-11-22T15:19:08Z"),
        ("CRON_TZ=UTC 0 3 * * *", "2026-11-22T13:49:08Z", "2026-11-23T03:00:00Z"),
        ("0 0 29 2 *", "2026-11-22T10:00:00Z", "2028-02-29T00:00:00Z"),
        ("5,35 6-8/2 * * 0", "2026-11-22T07:00:00Z", "2026-11-22T08:05:00Z"),
    ])
    func schedulesAreFollowed(_ schedule: String, _ start: String, _ expected: String) throws {
        #expect(try firstJob(schedule, from: start) == expected)
    }

    @Test(arguments: ["", "* * * *", "60 * * * *", "*/0 * * * *", "a * * * *", "5-1 * * * *", "0 0 31 2 *"])
    func whatIsNoScheduleStartsNothing(_ schedule: String) throws {
        #expect(try firstJob(schedule, from: "2026-11-22T13:49:08Z") == nil)
    }
}

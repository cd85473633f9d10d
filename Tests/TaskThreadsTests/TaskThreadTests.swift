import Foundation
import Synchronization
import TaskThreads
import Testing

@Suite struct TaskThreadTests {
    private actor Counter {
        var count = 0
        var threads: Set<ObjectIdentifier> = []
        func add() {
            count += 1
            threads.insert(Self.thread)
        }
        nonisolated static var thread: ObjectIdentifier { ObjectIdentifier(Thread.current) }
    }

    @Test func tasksGroupsAndActorsRunOnOneThread() async throws {
        let counter = Counter()
        let (first, child) = try await TaskThread.run(name: "test") { _ in
            let first = Counter.thread
            let child = await withTaskGroup(of: ObjectIdentifier.self) { group in
                for _ in 0..<100 {
                    group.addTask {
                        await counter.add()
                        await Task.yield()
                        return Counter.thread
                    }
                }
                return await group.reduce(into: Set()) { $0.insert($1) }
            }
            return (first, child)
        }
        #expect(child == [first])
        #expect(await counter.threads == [first])
        #expect(await counter.count == 100)
        #expect(Counter.thread != first)
    }

    @Test func sleepersWakeInTheirOrder() async throws {
        let order = try await TaskThread.run(name: "test") { thread in
            let clock = TaskThreadClock(thread)
            let start = clock.now
            return try await withThrowingTaskGroup(of: Int.self) { group in
                for delay in [60, 20, 40, 0] {
                    group.addTask {
                        try await clock.sleep(until: start + .milliseconds(delay), tolerance: nil)
                        #expect(clock.now >= start + .milliseconds(delay))
                        return delay
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
        #expect(order == [0, 20, 40, 60])
    }

    @Test func aCancelledSleepEndsAtOnce() async throws {
        try await TaskThread.run(name: "test") { thread in
            let clock = TaskThreadClock(thread)
            for wait in [0, 5] {
                await #expect(throws: CancellationError.self) {
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask { try await clock.sleep(until: clock.now + .seconds(3600), tolerance: nil) }
                        if wait > 0 {
                            try await clock.sleep(until: clock.now + .milliseconds(wait), tolerance: nil)
                        }
                        group.cancelAll()
                        try await group.waitForAll()
                    }
                }
            }
        }
    }

    @Test func isWokenFromOtherThreads() async throws {
        let sum = try await TaskThread.run(name: "test") { _ in
            var sum = 0
            for number in 1...50 {
                sum += await withCheckedContinuation { continuation in
                    DispatchQueue.global().async { continuation.resume(returning: number) }
                }
            }
            return sum
        }
        #expect(sum == 1275)
    }

    @Test func errorsComeOut() async throws {
        struct Broken: Error {}
        await #expect(throws: Broken.self) { try await TaskThread.run(name: "test") { _ in throw Broken() } }
    }
}

import ComputeThreads
import FleetModel
import FleetRuntime
import Foundation
import Synchronization
import Testing

@Suite struct ComputeThreadTests {
    @Test func runsOnItsOwnThreadInOrder() async throws {
        let thread = ComputeThread(name: "test")
        defer { thread.close() }
        let size = try await thread.run { Thread.current.stackSize }
        let own = try await thread.run { ObjectIdentifier(Thread.current) }
        for number in 0..<20 {
            let (result, id) = try await thread.run { (number * 2, ObjectIdentifier(Thread.current)) }
            #expect(result == number * 2)
            #expect(id == own)
        }
        #expect(size == ComputeThread.Limits().stack)
    }

    @Test func hasRoomForDeepRecursion() async throws {
        /// Some 100 bytes a level.
        @Sendable func depth(_ left: Int) -> Int { left == 0 ? 0 : 1 + depth(left - 1) }
        let thread = ComputeThread(name: "test")
        defer { thread.close() }
        // More than the 512 KiB of a secondary thread elsewhere, less than what this one has in debug builds.
        #expect(try await thread.run { depth(50_000) } == 50_000)
        let size = try await thread.run { Thread.current.stackSize }
        #expect(size >= 16 << 20)
    }

    @Test func refusesWhatIsTooMuchWhileItIsBusy() async throws {
        var limits = ComputeThread.Limits()
        limits.queue = 1
        let thread = ComputeThread(name: "test", limits: limits)
        defer { thread.close() }
        let gate = DispatchSemaphore(value: 0)
        let (started, begun) = AsyncStream.makeStream(of: Void.self)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await thread.run {
                    begun.finish()
                    gate.wait()
                    return true
                }
            }
            for await _ in started {}
            // One of these two waits, the other is refused while it does.
            for _ in 0..<2 {
                group.addTask {
                    do throws(FleetError) {
                        return try await thread.run { true }
                    } catch {
                        gate.signal()
                        return false
                    }
                }
            }
            var answers: [Bool] = []
            for try await answer in group { answers.append(answer) }
            #expect(answers.count { !$0 } == 1)
        }
    }

    @Test func aCancelledCallerDoesNotWaitForTheWork() async throws {
        let thread = ComputeThread(name: "test")
        let gate = DispatchSemaphore(value: 0)
        let (started, begun) = AsyncStream.makeStream(of: Void.self)
        await withTaskGroup(of: FleetError?.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    do throws(FleetError) {
                        try await thread.run {
                            begun.finish()
                            gate.wait()
                        }
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            for await _ in started {}
            group.cancelAll()
            for await error in group { #expect(error?.code == .unavailable) }
        }
        gate.signal()
        gate.signal()
        thread.close()
        await #expect(throws: FleetError.self) { try await thread.run { 1 } }
    }

    @Test func closingEndsEveryWait() async throws {
        let thread = ComputeThread(name: "test")
        let gate = DispatchSemaphore(value: 0)
        defer { gate.signal() }
        let (started, begun) = AsyncStream.makeStream(of: Void.self)
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                do {
                    try await thread.run {
                        begun.finish()
                        gate.wait()
                    }
                    return false
                } catch {
                    return true
                }
            }
            for await _ in started {}
            thread.close()
            for await refused in group { #expect(refused) }
        }
    }
}

internal import ArgumentParser
internal import FleetModel
internal import OperatorClient

/// Whether and how long a command follows the task it made.
struct WaitOptions: ParsableArguments {
    @Flag(
        inversion: .prefixedNo,
        help: "Follow the task to its end, Supervisors that are away included. On a terminal it is followed anyway.")
    var wait: Bool?

    @Option(help: "Stop following after this time (exit 3); the work goes on. 90s, 10m, 1h.")
    var timeout: DurationText?

    /// Sends a command that makes a task. After Ctrl-C it says what is known: the command may have been taken.
    func submit(_ command: FleetCommand, client: OperatorClient) async throws -> CommandReply {
        let reply: CommandReply? = try await Interrupts.racing { try await client.submit(command, id: .fresh()) }
        guard let reply else {
            Console.talk(
                "\ndetached before the coordinator answered; the command may have been taken. "
                    + "See what came of it with: flotilla task list")
            throw ExitCode(TaskVerdict.detached)
        }
        return reply
    }

    /// Prints the answer and follows the task when that is asked for; throws the exit code it came to.
    func finish(
        _ reply: CommandReply, client: OperatorClient, format: OutputFormat, terminal: Terminal
    ) async throws {
        for warning in reply.warnings { Console.talk("warning: \(warning)") }
        guard let id = reply.task else {
            Printer.reply(CommandReply(position: reply.position, lines: reply.lines), format: format)
            return
        }
        guard wait ?? (terminal.isLive || timeout != nil) else {
            guard let task = try await client.task(id)?.body else { return }
            Printer.one(Documents.task(task), name: "task/\(id)", format: format) {
                (news(in: reply) + [TaskText.head(task)]).joined(separator: "\n")
            }
            if format.isForPeople { Console.talk("follow it with: flotilla task follow \(id)") }
            return
        }
        if format.isForPeople { for line in news(in: reply) { Console.data(line) } }
        try await follow(id, client: client, format: format, terminal: terminal)
    }

    /// What the coordinator says beside naming the task, which the follower does itself.
    private func news(in reply: CommandReply) -> [String] {
        guard let id = reply.task else { return reply.lines }
        return reply.lines.filter { !$0.hasPrefix("task \(id) ") }
    }

    func follow(
        _ id: TaskID, client: OperatorClient, format: OutputFormat, terminal: Terminal
    ) async throws {
        let follower = TaskFollower(
            client: client, terminal: terminal, asData: format.isForPeople, waitsForDeferred: wait == true,
            timeout: timeout?.seconds)
        let end = try await follower.follow(id)
        if let task = end.task, !format.isForPeople {
            Printer.one(Documents.task(task), name: "task/\(id)", format: format) { "" }
        }
        switch end {
        case .finished(let task): try exit(TaskVerdict.exitCode(of: task))
        case .blocked(let task):
            let away = task.targets.count { $0.state == .deferred }
            Console.talk("\(away) of \(task.targets.count) Supervisors away; the work goes on when they return")
            Console.talk("follow it with: flotilla task follow \(id) --wait")
            try exit(TaskVerdict.exitCode(of: task))
        case .timedOut:
            Console.talk("the wait timed out; the work goes on: flotilla task follow \(id)")
            throw ExitCode(TaskVerdict.timedOut)
        case .detached:
            Console.talk("\ndetached; nothing is cancelled. Follow it again with: flotilla task follow \(id)")
            throw ExitCode(TaskVerdict.detached)
        }
    }

    private func exit(_ code: Int32) throws {
        if code != 0 { throw ExitCode(code) }
    }
}

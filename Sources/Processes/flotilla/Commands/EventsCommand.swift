internal import ArgumentParser
internal import FleetModel
internal import FleetRuntime
internal import OperatorClient
internal import ResourceModel

/// `flotilla events [--follow]`.
struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Read the fleet's one event feed.")

    @Flag(name: [.customShort("f"), .long], help: "Go on with new events until interrupted.")
    var follow = false

    @Option(help: "Only events younger than this: 30m, 1h, 2d; or an RFC 3339 time.")
    var since: String?

    @Option(name: .customLong("on"), help: "Only this Supervisor's.")
    var supervisor: String?

    @Option(help: "Only this service's.")
    var service: String?

    @Option(help: "Only this task's.")
    var task: String?

    @Option(help: "Go on after this position, as `position` of an event tells it.")
    var resume: UInt64?

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let paint = connection.terminal.paint
        let format = output.output
        try await connection.withClient { client in
            let filter = try await filter(client)
            if follow {
                // A name that is mistyped would be followed for ever in silence.
                if let supervisor { _ = try await client.supervisor(SupervisorID(supervisor)) }
                try await followed(client, filter: filter, paint: paint)
                return
            }
            var after = resume ?? 0
            var collected: [FleetEvent] = []
            var isEmpty = true
            while true {
                let page = try await client.events(
                    after: after, filter: filter, limit: OperatorAPI.maximumPage)
                for event in page.events {
                    isEmpty = false
                    if format == .json || format == .yaml {
                        collected.append(event)
                    } else {
                        Self.put(event, format: format, paint: paint)
                    }
                }
                guard page.next > after, page.next < page.last else { break }
                after = page.next
            }
            // A Supervisor that was removed has history; one that never was is a mistyped name.
            if isEmpty, let supervisor { _ = try await client.supervisor(SupervisorID(supervisor)) }
            if format == .json || format == .yaml {
                Printer.list("Event", collected.map(Documents.event), names: [], format: format) { "" }
            }
        }
    }

    private func followed(_ client: OperatorClient, filter: EventFilter, paint: Paint) async throws {
        guard output.output != .json, output.output != .yaml else {
            throw FleetError(
                .invalidArgument, "events --follow has no end, one document has", next: "use -o jsonl")
        }
        let format = output.output
        let resume = resume
        let last = LastPosition()
        let ended: Bool? = try await Interrupts.racing {
            try await client.follow(
                after: resume, filter: filter,
                onReconnect: { Console.talk("the feed broke off; reconnecting: \($0.reason)") }
            ) { (event) async throws(FleetError) -> Bool in
                await last.set(event.position)
                Self.put(event, format: format, paint: paint)
                return true
            }
            return true
        }
        guard ended == nil else { return }
        if let position = await last.value {
            let filters = [("--on", supervisor), ("--service", service), ("--task", task)]
                .compactMap { name, value in value.map { " \(name) \($0)" } }.joined()
            Console.talk("\ndetached; go on with: flotilla events --follow\(filters) --resume \(position)")
        }
        throw ExitCode(TaskVerdict.detached)
    }

    private static func put(_ event: FleetEvent, format: OutputFormat, paint: Paint) {
        switch format {
        case .table, .wide: Console.data(EventText.line(event, paint: paint))
        case .jsonl, .json, .yaml: Console.data(JSONWriter.text(Documents.event(event)))
        case .name: Console.data("event/\(event.position)")
        }
    }

    private func filter(_ client: OperatorClient) async throws(FleetError) -> EventFilter {
        let start = try since.map(SinceText.time)
        var id: ServiceID?
        if let service {
            // A service that is gone still has history: its full id is taken as it is.
            do { id = try await client.service(service).service.id } catch  where error.code == .notFound {
                guard service.contains(".") else { throw error }
                id = ServiceID(service)
            }
        }
        return EventFilter(
            supervisor: supervisor.map { SupervisorID($0) }, service: id, task: task.map { TaskID($0) }, since: start)
    }
}

/// Where a follower stands, for the resume hint.
private actor LastPosition {
    var value: UInt64?
    func set(_ position: UInt64) { value = position }
}

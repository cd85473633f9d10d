internal import FleetModel

/// The finished tasks of the last snapshot as they were written.
///
/// A finished task changes no more, and most of a snapshot is finished tasks: each is encoded once.
package struct SnapshotMemo: Sendable {
    private var finished: [TaskID: WrittenTask] = [:]

    package init() {}

    /// The tasks as the snapshot holds them; remembers those that are finished, and no others.
    mutating func written(_ tasks: [FleetTask]) throws -> [WrittenTask] {
        var known: [TaskID: WrittenTask] = [:]
        let all = try tasks.map { task in
            guard task.finishedAt != nil else { return WrittenTask(task: task) }
            // Equal at a glance: both hold the same array of targets.
            let written: WrittenTask
            if let old = finished[task.id], old.task == task {
                written = old
            } else {
                written = WrittenTask(task: task, bytes: try ValueEncoder.bytes(task))
            }
            known[task.id] = written
            return written
        }
        finished = known
        return all
    }
}

/// A task and, where it is known, its JSON.
struct WrittenTask: Codable, Sendable {
    var task: FleetTask
    var bytes: [UInt8]?

    init(task: FleetTask, bytes: [UInt8]? = nil) {
        self.task = task
        self.bytes = bytes
    }

    init(from decoder: any Decoder) throws { task = try FleetTask(from: decoder) }

    func encode(to encoder: any Encoder) throws {
        if let bytes, ValueEncoder.write(bytes, to: encoder) { return }
        try task.encode(to: encoder)
    }
}

package import FleetModel

/// The whole fleet as the coordinator knows it: the fold of its journal (architecture.md, idea 1).
///
/// A value: deciding, planning and rehearsing work on copies. Only `fold` changes it.
package struct FleetState: Hashable, Sendable {
    /// A target's plan whose turn has not come.
    package struct WaitingPlan: Hashable, Codable, Sendable {
        package var task: TaskID
        package var intent: InstallSpec.Intent
        package var dataConsent: DataConsent
    }

    /// How far the reports of a Supervisor were taken in.
    package struct Cursor: Hashable, Codable, Sendable {
        package var incarnation: UInt64
        package var sequence: UInt64
        package init(incarnation: UInt64, sequence: UInt64) {
            self.incarnation = incarnation
            self.sequence = sequence
        }
    }

    package enum Presence: String, Codable, Sendable {
        case connected
        /// Was connected when the coordinator stopped: holds its slots until it is back or the grace is over.
        case awaited
    }

    /// A command already carried out, for its retry.
    package struct Remembered: Hashable, Codable, Sendable {
        package var fingerprint: ContentDigest
        package var reply: CommandReply
    }

    /// Position of the last folded record; 0 before the first.
    package internal(set) var position: UInt64 = 0
    package internal(set) var services: [ServiceID: SupervisorService] = [:]
    package internal(set) var supervisors: [SupervisorID: Supervisor] = [:]
    package internal(set) var presence: [SupervisorID: Presence] = [:]
    /// When the agent last came or was lost, by this coordinator's clock.
    package internal(set) var heard: [SupervisorID: Timestamp] = [:]
    /// Generations that agents hold of installs that are not known here: the journal was restored from before them.
    package internal(set) var held: [InstallKey: UInt64] = [:]
    /// Per incarnation of the agent's outbox, the one in use last; a few old ones are kept, so that a displaced agent
    /// that comes back repeats nothing.
    package internal(set) var cursors: [SupervisorID: [Cursor]] = [:]
    package internal(set) var entries: [InstallKey: Entry] = [:]
    package internal(set) var waiting: [InstallKey: WaitingPlan] = [:]
    package internal(set) var tasks: [TaskID: FleetTask] = [:]
    /// Oldest first.
    package internal(set) var taskOrder: [TaskID] = []
    /// The task whose unfinished target is about this install; at most one, the newest.
    package internal(set) var openTargets: [InstallKey: TaskID] = [:]
    package internal(set) var lastTaskNumber: UInt64 = 0
    /// Plans that were saved and not carried out.
    package internal(set) var plans: [PlanID: SavedPlan] = [:]
    /// Oldest first.
    package internal(set) var planOrder: [PlanID] = []
    package internal(set) var lastPlanNumber: UInt64 = 0
    package internal(set) var operators: [OperatorID: FleetOperator] = [:]
    package internal(set) var commands: [CommandID: Remembered] = [:]
    /// Oldest first.
    package internal(set) var commandOrder: [CommandID] = []
    /// Tasks whose next step may be due; not part of the state's identity, `advance` empties it.
    var dirty = Untracked<[TaskID: TaskNews]>([:])
    /// Where each Supervisor stands among the targets of an open task of more than a few; follows from `tasks`.
    var places = Untracked<[TaskID: [SupervisorID: Int]]>([:])
    /// The counts of each open task; follows from `tasks`.
    var tallies = Untracked<[TaskID: TaskTally]>([:])
    /// The services that a Supervisor has an entry or an open target of, or had; follows from `entries` and
    /// `openTargets`.
    var known = Untracked<[SupervisorID: Set<ServiceID>]>([:])

    package init() {}
}

/// What a command came to: records to append, and the answer once they are on disk.
package struct Decision: Hashable, Sendable {
    package var records: [FleetRecord]
    /// `position` is set by the driver after the append.
    package var reply: CommandReply

    package init(records: [FleetRecord], reply: CommandReply) {
        self.records = records
        self.reply = reply
    }
}

/// A value that does not count when two states are compared.
struct Untracked<Wrapped: Sendable>: Hashable, Sendable {
    var value: Wrapped
    init(_ value: Wrapped) { self.value = value }
    static func == (left: Self, right: Self) -> Bool { true }
    func hash(into hasher: inout Hasher) {}
}

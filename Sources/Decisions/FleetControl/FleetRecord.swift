package import FleetModel

/// One thing that happened to the fleet, as the journal keeps it. `FleetState.fold` is its meaning.
///
/// Each case has a stable kind word (`FleetRecord+Coding.swift`) and at most one feed event, whose resume token is the
/// record's position. Records name values, packages and bundles by digest only.
package enum FleetRecord: Hashable, Sendable {
    case coordinatorStarted(CoordinatorStarted)
    case historyTrimmed(HistoryTrimmed)

    case serviceRegistered(ServiceRegistered)
    case versionRegistered(VersionRegistered)
    case serviceStateChanged(ServiceStateChanged)
    case versionStateChanged(VersionStateChanged)
    case versionDeleted(VersionDeleted)
    case serviceDeleted(ServiceDeleted)

    case supervisorInvited(SupervisorInvited)
    case supervisorPending(SupervisorPending)
    case supervisorEnrolled(SupervisorEnrolled)
    case supervisorRejected(SupervisorRejected)
    case supervisorRemoved(SupervisorRemoved)
    case supervisorConnected(SupervisorConnected)
    case supervisorLost(SupervisorLost)

    case agentKeyAsked(AgentKeyAsked)
    case agentKeyOffered(AgentKeyOffered)
    case agentKeyChanged(AgentKeyChanged)
    case agentKeyEnded(AgentKeyEnded)

    case taskCreated(TaskCreated)
    case targetStarted(TargetStarted)
    case targetDeferred(TargetChanged)
    case targetResumed(TargetChanged)
    case targetSuperseded(TargetChanged)
    case targetNotSent(TargetChanged)
    case taskFinished(TaskFinished)
    /// An agent had accepted a newer generation than this journal knows (it was restored): the wanted one is raised.
    case generationRaised(GenerationRaised)

    case planSaved(SavedPlan)

    case operatorSet(OperatorSet)
    case operatorLocked(OperatorLocked)
    case operatorRemoved(OperatorRemoved)
    case tokenCreated(TokenCreated)
    case tokenRevoked(TokenRevoked)
    case accessRefused(AccessRefused)

    case commandAccepted(CommandAccepted)
    case report(Reported)
}

extension FleetRecord {
    package struct CoordinatorStarted: Hashable, Codable, Sendable {
        package var version: String
        package init(version: String) { self.version = version }
    }

    /// Retention forgot the records `from` … `to`: the explicit gap of contract C3.
    package struct HistoryTrimmed: Hashable, Codable, Sendable {
        package var from: UInt64
        package var to: UInt64
        package init(from: UInt64, to: UInt64) {
            self.from = from
            self.to = to
        }
    }

    package struct ServiceRegistered: Hashable, Codable, Sendable {
        package var service: ServiceID
        package var displayName: String
        package var shortDescription: String
    }

    package struct VersionRegistered: Hashable, Codable, Sendable {
        package var facts: PackageFacts
    }

    package struct ServiceStateChanged: Hashable, Codable, Sendable {
        package var service: ServiceID
        package var state: LifecycleState
    }

    package struct VersionStateChanged: Hashable, Codable, Sendable {
        package var service: ServiceID
        package var version: String
        package var state: LifecycleState
    }

    package struct VersionDeleted: Hashable, Codable, Sendable {
        package var service: ServiceID
        package var version: String
    }

    package struct ServiceDeleted: Hashable, Codable, Sendable {
        package var service: ServiceID
    }

    package struct SupervisorInvited: Hashable, Codable, Sendable {
        package var supervisor: SupervisorID
        package var moid: String
        package var labels: [String: String]
        package var token: ContentDigest
        package var expires: Timestamp
        /// Nil in records from before agents had to be accepted: those were let in by their token alone.
        package var autoAccept: Bool?
    }

    package struct SupervisorEnrolled: Hashable, Codable, Sendable {
        package var supervisor: SupervisorID
        package var publicKey: String
        package var fingerprint: String?
    }

    package struct SupervisorRemoved: Hashable, Codable, Sendable {
        package var supervisor: SupervisorID
    }

    package struct SupervisorConnected: Hashable, Codable, Sendable {
        package var supervisor: SupervisorID
        package var incarnation: UInt64
        package init(supervisor: SupervisorID, incarnation: UInt64) {
            self.supervisor = supervisor
            self.incarnation = incarnation
        }
    }

    package struct SupervisorLost: Hashable, Codable, Sendable {
        package var supervisor: SupervisorID
        package var reason: String
        package init(supervisor: SupervisorID, reason: String) {
            self.supervisor = supervisor
            self.reason = reason
        }
    }

    package struct TaskCreated: Hashable, Codable, Sendable {
        package var task: FleetTask
        package var plans: [TargetPlan]
        package init(task: FleetTask, plans: [TargetPlan]) {
            self.task = task
            self.plans = plans
        }
    }

    /// The wanted state of (service, Supervisor) was set: its generation rose.
    package struct TargetStarted: Hashable, Codable, Sendable {
        package var task: TaskID
        package var operation: FleetTask.Operation
        package var key: InstallKey
        package var spec: InstallSpec
    }

    package struct TargetChanged: Hashable, Codable, Sendable {
        package var task: TaskID
        package var key: InstallKey
        package var message: String
    }

    package struct TaskFinished: Hashable, Codable, Sendable {
        package var task: TaskID
        package var service: ServiceID
        package var succeeded: Bool
        package var message: String
    }

    package struct GenerationRaised: Hashable, Codable, Sendable {
        package var key: InstallKey
        package var generation: UInt64
        /// A removal that was carried out is wanted again: the agent's journal was restored from before it.
        package var isRemovedAgain: Bool?
        /// Not wanted here at all: only remembered, so that an install gets a newer generation than the agent holds.
        package var isUnknown: Bool?
        package init(
            key: InstallKey, generation: UInt64, isRemovedAgain: Bool? = nil, isUnknown: Bool? = nil
        ) {
            self.key = key
            self.generation = generation
            self.isRemovedAgain = isRemovedAgain
            self.isUnknown = isUnknown
        }
    }

    package struct CommandAccepted: Hashable, Codable, Sendable {
        package var id: CommandID
        package var by: Principal
        package var fingerprint: ContentDigest
        package var task: TaskID?
        package var lines: [String]
        package var warnings: [String]
        /// What the command does, in one line; records of the first version have none.
        package var action: String?
        /// The operator's remark.
        package var reason: String?
        /// The saved plan that was made (without `task`) or carried out.
        package var plan: PlanID?
    }

    package struct Reported: Hashable, Codable, Sendable {
        package var supervisor: SupervisorID
        package var incarnation: UInt64
        /// The task whose target was working on the report's generation.
        package var task: TaskID?
        package var report: AgentReport
        package init(supervisor: SupervisorID, incarnation: UInt64, task: TaskID?, report: AgentReport) {
            self.supervisor = supervisor
            self.incarnation = incarnation
            self.task = task
            self.report = report
        }
    }
}

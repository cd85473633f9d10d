/// A service with where it is installed, as `service show` prints it.
package struct ServiceView: Hashable, Codable, Sendable {
    package var service: SupervisorService
    package var installs: [InstallView]
    /// Changes whose turn has not come or whose agent is away.
    package var waiting: [WaitingChange]
    package init(service: SupervisorService, installs: [InstallView], waiting: [WaitingChange] = []) {
        self.service = service
        self.installs = installs
        self.waiting = waiting
    }
}

/// A Supervisor with its connection and what is installed on it.
package struct SupervisorView: Hashable, Codable, Sendable {
    package var supervisor: Supervisor
    package var connected: Bool
    package var lastHeard: Timestamp?
    package var installs: [InstallView]
    /// Changes whose turn has not come or whose agent is away.
    package var waiting: [WaitingChange]
    package init(
        supervisor: Supervisor, connected: Bool, lastHeard: Timestamp?, installs: [InstallView],
        waiting: [WaitingChange] = []
    ) {
        self.waiting = waiting
        self.supervisor = supervisor
        self.connected = connected
        self.lastHeard = lastHeard
        self.installs = installs
    }
}

/// An install with what is needed to judge it without further questions.
package struct InstallView: Hashable, Codable, Sendable {
    package var install: ServiceInstall
    /// A registered, ACTIVATED version newer than the installed one.
    package var newerVersion: String?
    /// The version and values the install is held to; differs from the wanted ones when its agent refused those.
    package var inForce: PackageSelection?
    /// The wanted generation when its agent refused it: it is history, a later change builds on `inForce`.
    package var refusedGeneration: UInt64?
    package init(install: ServiceInstall, newerVersion: String?) {
        self.install = install
        self.newerVersion = newerVersion
    }
}

/// One Supervisor's part of a plan: what would happen, or why it is refused.
package struct PlanView: Hashable, Codable, Sendable {
    package var supervisor: SupervisorID
    package var currentVersion: String?
    package var targetVersion: String?
    package var plan: ResourcePlan?
    package var inventory: DataInventory?
    package var refusal: FleetError?
    /// Of what the agent answered: manifests, live resourceVersions, changes and data. Nil when it could not.
    package var fingerprint: ContentDigest?
    package init(
        supervisor: SupervisorID, currentVersion: String? = nil, targetVersion: String? = nil,
        plan: ResourcePlan? = nil, inventory: DataInventory? = nil, refusal: FleetError? = nil
    ) {
        self.supervisor = supervisor
        self.currentVersion = currentVersion
        self.targetVersion = targetVersion
        self.plan = plan
        self.inventory = inventory
        self.refusal = refusal
    }
}

/// What a plan is asked for: the same requests that would carry it out.
package enum PlanRequest: Hashable, Codable, Sendable {
    case install(InstallRequest)
    case upgrade(InstallRequest)
    case reconfigure(InstallRequest)
    case uninstall(UninstallRequest)
}

/// Which feed events a reader wants; nil = any.
package struct EventFilter: Hashable, Codable, Sendable {
    package var supervisor: SupervisorID?
    package var service: ServiceID?
    package var task: TaskID?
    /// Only events at or after this time.
    package var since: Timestamp?
    package init(
        supervisor: SupervisorID? = nil, service: ServiceID? = nil, task: TaskID? = nil, since: Timestamp? = nil
    ) {
        self.supervisor = supervisor
        self.service = service
        self.task = task
        self.since = since
    }

    package func admits(_ event: FleetEvent) -> Bool {
        (supervisor == nil || event.supervisor == supervisor) && (service == nil || event.service == service)
            && (task == nil || event.task == task) && (since.map { event.at >= $0 } ?? true)
    }
}

/// The coordinator's own condition, for `doctor` and `/readyz`.
package struct CoordinatorStatus: Hashable, Codable, Sendable {
    package var version: String
    package var startedAt: Timestamp
    package var journalPosition: UInt64
    package var firstPosition: UInt64
    package var supervisors: Int
    package var connected: Int
    package var checks: [Check]

    package struct Check: Hashable, Codable, Sendable {
        package var name: String
        package var ok: Bool
        package var detail: String
        package var next: String
        package init(name: String, ok: Bool, detail: String, next: String = "") {
            self.name = name
            self.ok = ok
            self.detail = detail
            self.next = next
        }
    }

    /// The check of the coordinator's own journal; the others are about the fleet.
    package static let journalCheck = "journal"

    /// Whether it can take commands: agents that are away and installs in ERROR are no reason to restart it, or to send
    /// operators elsewhere.
    package var isServing: Bool { checks.allSatisfy { $0.ok || $0.name != Self.journalCheck } }

    package init(
        version: String, startedAt: Timestamp, journalPosition: UInt64, firstPosition: UInt64, supervisors: Int,
        connected: Int, checks: [Check]
    ) {
        self.version = version
        self.startedAt = startedAt
        self.journalPosition = journalPosition
        self.firstPosition = firstPosition
        self.supervisors = supervisors
        self.connected = connected
        self.checks = checks
    }
}

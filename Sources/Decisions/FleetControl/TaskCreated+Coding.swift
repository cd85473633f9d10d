internal import FleetModel

/// A command for a thousand Supervisors is one record, whose plans differ in little but the Supervisor: what they have
/// in common is written once. A few plans are written in full, as version 0.1.0 wrote them all.
extension FleetRecord.TaskCreated {
    /// Most plans that are written in full.
    private static let fewPlans = 16

    private enum Key: String, CodingKey {
        case task
        case plans
        case intents
    }

    /// A plan beside the intents of its record.
    private struct Brief: Codable {
        var supervisor: SupervisorID
        /// Place in `intents`.
        var intent: Int
        /// Of an intent that is an install: written here because it is another one on each Supervisor.
        var namespace: String?
        /// Nil for none.
        var dataConsent: DataConsent?
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let task = try container.decode(FleetTask.self, forKey: .task)
        guard let intents = try container.decodeIfPresent([InstallSpec.Intent].self, forKey: .intents) else {
            self.init(task: task, plans: try container.decode([TargetPlan].self, forKey: .plans))
            return
        }
        let plans = try container.decode([Brief].self, forKey: .plans).map { brief in
            guard intents.indices.contains(brief.intent) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .plans, in: container,
                    debugDescription: "the plan of \(brief.supervisor) names intent \(brief.intent) of \(intents.count)"
                )
            }
            return TargetPlan(
                supervisor: brief.supervisor, intent: intents[brief.intent].with(namespace: brief.namespace),
                dataConsent: brief.dataConsent ?? .none)
        }
        self.init(task: task, plans: plans)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(task, forKey: .task)
        guard plans.count > Self.fewPlans else { return try container.encode(plans, forKey: .plans) }
        var intents: [InstallSpec.Intent] = []
        var places: [InstallSpec.Intent: Int] = [:]
        let briefs = plans.map { plan in
            let common = plan.intent.with(namespace: "")
            let place: Int
            // Mostly they are all one: looked at before it is hashed.
            if intents.last == common {
                place = intents.count - 1
            } else if let known = places[common] {
                place = known
            } else {
                place = intents.count
                intents.append(common)
                places[common] = place
            }
            return Brief(
                supervisor: plan.supervisor, intent: place, namespace: plan.intent.namespace,
                dataConsent: plan.dataConsent == .none ? nil : plan.dataConsent)
        }
        try container.encode(intents, forKey: .intents)
        try container.encode(briefs, forKey: .plans)
    }
}

extension InstallSpec.Intent {
    fileprivate var namespace: String? {
        guard case .present(let selection) = self else { return nil }
        return selection.namespace
    }

    /// The same with another namespace where it has one.
    fileprivate func with(namespace: String?) -> InstallSpec.Intent {
        guard case .present(var selection) = self, let namespace else { return self }
        selection.namespace = namespace
        return .present(selection)
    }
}

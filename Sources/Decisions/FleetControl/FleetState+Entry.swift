package import FleetModel

extension FleetState {
    /// An install and whether its removal was confirmed. Kept after removal: its generation must never fall.
    ///
    /// Its fields lie behind one reference: the state is copied for every decision and its entries looked up several
    /// times for every target of a command, which would else retain each of the two dozen parts of an install.
    package struct Entry: Sendable {
        fileprivate struct Fields: Hashable, Codable, Sendable {
            var install: ServiceInstall
            var removed: Bool
            var standing: PackageSelection?
            var refusedGeneration: UInt64?
        }

        private var fields: Shared<Fields>

        init(install: ServiceInstall, removed: Bool) {
            fields = Shared(Fields(install: install, removed: removed))
        }

        package internal(set) var install: ServiceInstall {
            _read { yield fields.value.install }
            _modify { yield &fields.value.install }
        }
        /// The agent reported the tombstone as carried out.
        package internal(set) var removed: Bool {
            get { fields.value.removed }
            set { fields.value.removed = newValue }
        }
        /// The last selection before the wanted one that the agent did not refuse; nil when there is none.
        package internal(set) var standing: PackageSelection? {
            _read { yield fields.value.standing }
            _modify { yield &fields.value.standing }
        }
        /// The generation that the agent refused: nothing of it was carried out.
        package internal(set) var refusedGeneration: UInt64? {
            get { fields.value.refusedGeneration }
            set { fields.value.refusedGeneration = newValue }
        }

        package var isRefused: Bool { refusedGeneration == install.spec.generation }

        /// What the agent holds the install to: the wanted state, or what stood before when that was refused.
        package var intentInForce: InstallSpec.Intent {
            guard isRefused, let standing else { return install.spec.intent }
            return .present(standing)
        }
    }
}

extension FleetState.Entry: Hashable, Codable {
    package static func == (left: Self, right: Self) -> Bool { left.fields.value == right.fields.value }
    package func hash(into hasher: inout Hasher) { hasher.combine(fields.value) }
    package init(from decoder: any Decoder) throws { fields = Shared(try Fields(from: decoder)) }
    package func encode(to encoder: any Encoder) throws { try fields.value.encode(to: encoder) }
}

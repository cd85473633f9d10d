/// A name that stands for one thing of the fleet, kept apart by type so that two kinds cannot be mixed up.
///
/// Encoded as its plain string.
package protocol FleetIdentifier: RawRepresentable, Hashable, Comparable, Codable, Sendable, CustomStringConvertible
where RawValue == String {
    init(rawValue: String)
}

extension FleetIdentifier {
    package init(_ rawValue: String) { self.init(rawValue: rawValue) }
    package var description: String { rawValue }
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    package init(from decoder: any Decoder) throws {
        self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

/// A Supervisor as the operator names it, `sv-oslo`. Rule: RFC 1123 label, at most 63 characters.
package struct SupervisorID: FleetIdentifier {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// A Supervisor Service: the package's `spec.refName`, `harbor.community.tanzu.vmware.com`.
package struct ServiceID: FleetIdentifier {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }

    /// The first segment, which names the service namespace: `harbor` in `svc-harbor-domain-c8`.
    package var shortName: String {
        rawValue.split(separator: ".", maxSplits: 1).first.map(String.init) ?? rawValue
    }
}

/// Made by the client; a retry carries the same id and is the same command.
package struct CommandID: FleetIdentifier {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// `t-7`: numbered by the coordinator in journal order.
package struct TaskID: FleetIdentifier {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// `p-3`: a saved plan, numbered by the coordinator in journal order.
package struct PlanID: FleetIdentifier {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// `sha256:` and 64 lower-case hexadecimal digits: the name of content in a content store.
package struct ContentDigest: FleetIdentifier {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }

    package var isWellFormed: Bool {
        rawValue.hasPrefix("sha256:") && rawValue.utf8.count == 71
            && rawValue.utf8.dropFirst(7).allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}

/// One service on one Supervisor; written `harbor@sv-oslo`.
package struct InstallKey: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    package var service: ServiceID
    package var supervisor: SupervisorID

    package init(service: ServiceID, supervisor: SupervisorID) {
        self.service = service
        self.supervisor = supervisor
    }

    package var description: String { "\(service.shortName)@\(supervisor)" }

    package static func < (left: InstallKey, right: InstallKey) -> Bool {
        (left.supervisor, left.service) < (right.supervisor, right.service)
    }
}

package import FleetModel
package import ResourceModel

/// What a cluster keeps across a restart: its objects, counters and clock. Watches, their history, fault switches and
/// what controllers remember are lost, as with a real API server and its controller manager.
package struct ClusterSnapshot: Sendable {
    package var moid: String
    package var revision: Int
    package var now: Timestamp
    var entropy: UInt64
    var addressPositions: [Int64]
    /// Built-in and custom objects in the versions they are stored in.
    var objects: [Value]

    private static let format: Int64 = 1
    /// Objects of one snapshot.
    private static let maximumObjects = 500_000

    init(
        moid: String, revision: Int, now: Timestamp, entropy: UInt64, addressPositions: [Int64], objects: [Value]
    ) {
        self.moid = moid
        self.revision = revision
        self.now = now
        self.entropy = entropy
        self.addressPositions = addressPositions
        self.objects = objects
    }

    package var value: Value {
        [
            "format": .int(Self.format), "moid": .string(moid), "revision": .int(Int64(revision)),
            "now": .int(now.milliseconds), "entropy": .string(String(entropy, radix: 16)),
            "addresses": .array(addressPositions.map(Value.int)), "objects": .array(objects),
        ]
    }

    /// Refuses what it does not understand; a kind that is no longer served is found when the cluster is restored.
    package init(_ value: Value) throws(FleetError) {
        guard value["format"]?.intValue == Self.format else {
            throw FleetError(
                .invalidArgument, "the state has a form this version cannot read",
                reason: "format \(value["format"].map { JSONWriter.text($0) } ?? "missing"), expected \(Self.format)",
                next: "start the version that wrote it, or remove it to begin afresh")
        }
        guard let moid = value["moid"]?.stringValue, let revision = value["revision"]?.intValue, revision >= 0,
            revision < Int64.max / 2,
            let now = value["now"]?.intValue, now >= 0, now < 1 << 50,
            let entropy = UInt64(value["entropy"]?.stringValue ?? "", radix: 16),
            let addresses = value["addresses"]?.arrayValue, let objects = value["objects"]?.arrayValue,
            objects.count <= Self.maximumObjects,
            objects.allSatisfy({ !$0.kind.isEmpty && !$0.objectName.isEmpty && !$0.resourceVersion.isEmpty })
        else {
            throw FleetError(
                .invalidArgument, "the state is damaged", reason: "a field is missing or has the wrong type",
                next: "restore it from a backup, or remove it to begin afresh")
        }
        self.init(
            moid: moid, revision: Int(revision), now: Timestamp(milliseconds: now), entropy: entropy,
            addressPositions: addresses.compactMap(\.intValue), objects: objects)
    }
}

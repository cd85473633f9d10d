package import FleetModel

/// The cluster's clock: wall time, sped up or frozen.
package struct ClusterClock: Sendable {
    private var realAnchor: Timestamp
    private var clusterAnchor: Timestamp
    /// Cluster seconds per real second; 0 = frozen.
    package private(set) var speed: Double

    /// `showing`: what it shows at the start; the real time when nil.
    package init(at real: Timestamp, showing: Timestamp? = nil, speed: Double = 1) {
        realAnchor = real
        clusterAnchor = showing ?? real
        self.speed = speed
    }

    package func time(at real: Timestamp) -> Timestamp {
        let passed = Double(real.milliseconds - realAnchor.milliseconds)
        return Timestamp(milliseconds: clusterAnchor.milliseconds + Int64(passed * speed))
    }

    /// When the cluster's clock will show `time`; nil while it is frozen.
    package func realTime(for time: Timestamp) -> Timestamp? {
        guard speed > 0 else { return nil }
        let ahead = Double(time.milliseconds - clusterAnchor.milliseconds) / speed
        return Timestamp(milliseconds: realAnchor.milliseconds + Int64(ahead.rounded(.up)))
    }

    package mutating func setSpeed(_ speed: Double, at real: Timestamp) {
        clusterAnchor = time(at: real)
        realAnchor = real
        self.speed = speed
    }
}

package import FleetModel

/// One thing that goes wrong on command: what, whom it hits, and when.
///
/// Requests are chosen by counting: the n-th request that a fault looks at is always treated alike for the same seed
/// and name, whatever else the cluster does meanwhile.
package struct Fault: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        /// Replies come `delay` later.
        case latency
        /// Replies are `status` instead of the real one.
        case error
        /// Replies are 429 with `Retry-After`.
        case tooManyRequests = "too-many-requests"
        /// The connection is cut before the request is looked at, or with `cut: reply` after it was carried out.
        case cutConnection = "cut-connection"
        /// Watches are cut when they are `delay` old.
        case cutWatch = "cut-watch"
        /// Reads answer from what was there `delay` ago.
        case staleReads = "stale-reads"
        /// Admission webhooks whose name fits `match` cannot be reached.
        case webhook
        /// Creating (and growing) `resource` in namespaces that fit `match` exceeds a quota.
        case quota
        /// Images that contain `match` cannot be pulled.
        case imagePull = "image-pull"
        /// Pods that fit `match` become ready `delay` later.
        case slowPods = "slow-pods"
        case crashingPods = "crashing-pods"
        case unreadyPods = "unready-pods"
        case stuckPods = "stuck-pods"
        case storageFull = "storage-full"
        case noResizer = "no-resizer"
        /// New TLS connections are shown a certificate that has expired.
        case expiredCertificate = "expired-certificate"
        /// The cluster's clock runs at `speed`.
        case clockSpeed = "clock-speed"
        /// Controllers stand still; the API answers.
        case freeze
    }

    package enum Cut: String, CaseIterable, Sendable {
        case request
        case reply
    }

    package var name: String
    package var kind: Kind
    /// Upper-case method; empty = any.
    package var method = ""
    /// Requests whose path contains this text; empty = all.
    package var path = ""
    /// Share of the requests that are hit, 1...100.
    package var percent = 100
    /// Requests still to be hit; nil = no end.
    package var remaining: Int?
    package var status = 500
    /// Seconds of the `Retry-After` header of a 429.
    package var retryAfter = 1
    package var delay: Duration = .zero
    /// Pattern of names with `*`, or part of an image's name.
    package var match = "*"
    package var resource = "pods"
    package var speed = 1.0
    package var cut = Cut.request
    /// Real time from the setting to the first effect.
    package var after: Duration = .zero
    /// How long it holds; nil = until it is cleared.
    package var lasts: Duration?
    /// From one beginning to the next; nil = once.
    package var every: Duration?
    /// Real time at which it was set.
    package var setAt = Timestamp(milliseconds: 0)
    /// Requests it looked at, and those it hit.
    package var seen = 0
    package var hits = 0

    package init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
        switch kind {
        case .latency: delay = .milliseconds(200)
        case .staleReads: delay = .seconds(5)
        case .slowPods: delay = .seconds(30)
        case .tooManyRequests: status = 429
        default: break
        }
    }

    // MARK: Schedule

    package func isActive(at real: Timestamp) -> Bool {
        if remaining == 0 { return false }
        let passed = real.milliseconds - setAt.milliseconds - Self.milliseconds(after)
        guard passed >= 0 else { return false }
        guard let lasts = lasts.map(Self.milliseconds) else { return true }
        guard let every = every.map(Self.milliseconds), every > 0 else { return passed < lasts }
        return passed % every < lasts
    }

    /// The next real time at which it begins or ends; nil when it never does again.
    package func nextChange(after real: Timestamp) -> Timestamp? {
        let begin = setAt.milliseconds + Self.milliseconds(after)
        if real.milliseconds < begin { return Timestamp(milliseconds: begin) }
        guard let lasts = lasts.map(Self.milliseconds) else { return nil }
        let passed = real.milliseconds - begin
        guard let every = every.map(Self.milliseconds), every > 0 else {
            return passed < lasts ? Timestamp(milliseconds: begin + lasts) : nil
        }
        if lasts >= every { return nil }
        let phase = passed % every
        return real.advanced(byMilliseconds: phase < lasts ? lasts - phase : every - phase)
    }

    static func milliseconds(_ duration: Duration) -> Int64 {
        let parts = duration.components
        return parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000
    }

    // MARK: Choosing requests

    func looksAt(method: String, path: String) -> Bool {
        (self.method.isEmpty || self.method == method) && (self.path.isEmpty || Self.contains(path, self.path))
    }

    /// Counts one request; true when it is hit.
    mutating func strikes(seed: UInt64) -> Bool {
        seen += 1
        if let remaining, remaining <= 0 { return false }
        if percent < 100 {
            let hash = name.utf8.reduce(into: seed ^ 0xCBF2_9CE4_8422_2325) {
                $0 = ($0 ^ UInt64($1)) &* 1_099_511_628_211
            }
            var entropy = ClusterEntropy(seed: hash &+ UInt64(seen))
            guard Int(entropy.next() % 100) < percent else { return false }
        }
        hits += 1
        remaining = remaining.map { $0 - 1 }
        return true
    }

    static func contains(_ text: String, _ part: String) -> Bool {
        let text = Array(text.utf8)
        let part = Array(part.utf8)
        guard part.count <= text.count else { return false }
        return (0...(text.count - part.count)).contains { text[$0..<$0 + part.count].elementsEqual(part) }
    }
}

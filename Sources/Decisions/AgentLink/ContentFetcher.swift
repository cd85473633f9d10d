internal import FleetModel

/// The agent's downloads of content: bounded, piece by piece, resumed where they stopped.
struct ContentFetcher: Hashable, Sendable {
    enum Step: Hashable, Sendable {
        case request(ContentDigest, offset: UInt64, limit: Int)
        case store(ContentDigest, [UInt8])
        case fail(ContentDigest, FleetError)
        case reject(String)
    }

    private struct Fetch: Hashable, Sendable {
        var bytes: [UInt8] = []
        var total: UInt64?
        var attempts = 1
        var storing = false
        var nextRequest: Duration
        var backoff: Backoff
    }

    private let limits: LinkLimits
    private let timing: LinkTiming
    private var fetches: [ContentDigest: Fetch] = [:]
    private var queue: [ContentDigest] = []

    init(limits: LinkLimits, timing: LinkTiming) {
        self.limits = limits
        self.timing = timing
    }

    var nextWake: Duration? { fetches.values.filter { !$0.storing }.map(\.nextRequest).min() }

    mutating func fetch(_ digest: ContentDigest, live: Bool, now: Duration) -> [Step] {
        guard digest.isWellFormed else {
            return [.fail(digest, FleetError(.invalidArgument, "content \(digest): not a digest"))]
        }
        guard fetches[digest] == nil, !queue.contains(digest) else { return [] }
        guard queue.count < limits.contentQueue else {
            return [.fail(digest, FleetError(.limitExceeded, "content \(digest): the limit contentQueue is reached"))]
        }
        queue.append(digest)
        return startQueued(live: live, now: now)
    }

    /// After a new session: everything open is asked for again, from where it stopped.
    mutating func restart(now: Duration) -> [Step] {
        var steps: [Step] = []
        for digest in fetches.keys.sorted() where fetches[digest]?.storing == false {
            fetches[digest]?.backoff.reset()
            steps += request(digest, now: now)
        }
        return steps + startQueued(live: true, now: now)
    }

    mutating func tick(now: Duration) -> [Step] {
        var steps: [Step] = []
        for (digest, fetch) in fetches.sorted(by: { $0.key < $1.key }) where !fetch.storing && fetch.nextRequest <= now
        {
            steps += request(digest, now: now)
        }
        return steps
    }

    mutating func chunk(
        _ digest: ContentDigest, offset: UInt64, total: UInt64, bytes: [UInt8], missing: Bool, now: Duration
    ) -> [Step] {
        guard var fetch = fetches[digest], !fetch.storing else { return [] }
        if missing {
            return finish(digest, now: now) + [
                .fail(digest, FleetError(.notFound, "content \(digest): the coordinator does not have it"))
            ]
        }
        if total > UInt64(limits.contentBytes) {
            return finish(digest, now: now) + [
                .fail(
                    digest,
                    FleetError(
                        .limitExceeded, "content \(digest): \(total) bytes",
                        reason: "the limit contentBytes is \(limits.contentBytes)"))
            ]
        }
        guard offset == UInt64(fetch.bytes.count) else { return [] }
        guard fetch.total == nil || fetch.total == total, UInt64(bytes.count) <= total - min(total, offset),
            bytes.count <= limits.chunkBytes, !bytes.isEmpty || total == 0
        else { return [.reject("content \(digest): a piece that does not fit")] }
        fetch.total = total
        fetch.bytes += bytes
        fetch.backoff.reset()
        fetch.storing = UInt64(fetch.bytes.count) == total
        fetches[digest] = fetch
        return fetch.storing ? [.store(digest, fetch.bytes)] : request(digest, now: now)
    }

    mutating func stored(_ digest: ContentDigest, live: Bool, now: Duration) -> [Step] {
        fetches[digest] = nil
        return startQueued(live: live, now: now)
    }

    mutating func mismatched(_ digest: ContentDigest, live: Bool, now: Duration) -> [Step] {
        guard var fetch = fetches[digest], fetch.storing else { return [] }
        guard fetch.attempts < limits.contentAttempts else {
            return finish(digest, now: now) + [
                .fail(
                    digest,
                    FleetError(
                        .conflict, "content \(digest): what the coordinator sent has another digest",
                        reason: "\(fetch.attempts) attempts"))
            ]
        }
        fetch.attempts += 1
        fetch.bytes = []
        fetch.total = nil
        fetch.storing = false
        fetches[digest] = fetch
        return live ? request(digest, now: now) : []
    }

    private mutating func finish(_ digest: ContentDigest, now: Duration) -> [Step] {
        fetches[digest] = nil
        return startQueued(live: true, now: now)
    }

    private mutating func startQueued(live: Bool, now: Duration) -> [Step] {
        guard live else { return [] }
        var steps: [Step] = []
        while fetches.count < limits.contentFetches, !queue.isEmpty {
            let digest = queue.removeFirst()
            fetches[digest] = Fetch(
                nextRequest: now, backoff: Backoff(first: timing.resendFirst, longest: timing.resendLongest))
            steps += request(digest, now: now)
        }
        return steps
    }

    private mutating func request(_ digest: ContentDigest, now: Duration) -> [Step] {
        guard var fetch = fetches[digest] else { return [] }
        fetch.nextRequest = now + fetch.backoff.next()
        fetches[digest] = fetch
        return [.request(digest, offset: UInt64(fetch.bytes.count), limit: limits.chunkBytes)]
    }
}

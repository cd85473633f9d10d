internal import AgentLink
internal import FleetControl
internal import Synchronization
internal import FleetModel
internal import FleetRuntime
internal import Logging

extension Coordinator {
    /// Reads the pieces of content that agents asked for. Keeps the last few whole contents, because one agent's pieces
    /// follow each other.
    func serveContent() async {
        var cache: [(digest: ContentDigest, bytes: [UInt8])] = []
        while let reads = await contentReads.next(upTo: 64) {
            for read in reads {
                let bytes: [UInt8]?
                if let cached = cache.first(where: { $0.digest == read.digest }) {
                    bytes = cached.bytes
                } else {
                    bytes = await stored(read.digest)
                    if let bytes { cache.append((read.digest, bytes)) }
                    if cache.count > 4 { cache.removeFirst() }
                }
                answer(read, bytes)
            }
        }
    }

    private func stored(_ digest: ContentDigest) async -> [UInt8]? {
        do throws(JournalError) {
            if Failpoint.coordinatorContent.fails() { return nil }
            return try await content.get(digest)
        } catch {
            log.error("content cannot be read", metadata: [LogKey.error: "\(error)"])
            return nil
        }
    }

    private func answer(_ read: ContentRead, _ bytes: [UInt8]?) {
        let at = time.now
        let actions = sessions.withLock { sessions in
            sessions.with(read.supervisor) { machine in
                guard let bytes, read.offset <= UInt64(bytes.count) else {
                    return machine.contentMissing(read.digest, at: at)
                }
                let piece = bytes[Int(read.offset)...].prefix(read.limit)
                return machine.contentRead(
                    read.digest, offset: read.offset, total: UInt64(bytes.count), bytes: Array(piece), at: at)
            }
        }
        run(actions, for: read.supervisor, at: at)
    }

    /// Stores a bundle for the agents; one that the link does not carry is left to their own sources.
    func share(_ bundle: CoordinatorConfiguration.PinnedBundle, _ facts: PackageFacts) async throws(FleetError)
        -> ContentDigest?
    {
        let limit = configuration.session.limits.contentBytes
        guard bundle.archive.count <= limit else {
            log.warning(
                "bundle is not shared, it is larger than the link carries",
                metadata: [
                    LogKey.service: "\(facts.service)", "bundle.bytes": "\(bundle.archive.count)",
                    "limit.contentBytes": "\(limit)",
                ])
            return nil
        }
        return try await store(bundle.archive)
    }

    /// Stores content that a record will name.
    func store(_ text: String) async throws(FleetError) -> ContentDigest { try await store(Array(text.utf8)) }

    private func store(_ bytes: [UInt8]) async throws(FleetError) -> ContentDigest {
        await leases.lease(ContentDigest(sha256Of: bytes), at: time.now)
        do throws(JournalError) {
            return try await content.put(bytes)
        } catch {
            endIfDiskFailed(error)
            throw error.fleetError
        }
    }

    /// Removes what neither the published state nor a running command names.
    func collectContent() async throws(JournalError) {
        let leased = leases.beginCollection(at: time.now)
        defer { leases.endCollection() }
        // Looked at after the leases: what was published meanwhile is in one of the two.
        let referenced = published.withLock { $0.state.referencedContent }
        let removed = try await content.retain(only: referenced.union(leased))
        if removed > 0 { log.debug("removed \(removed) contents that nothing names") }
    }

    /// Content as text; refused when it is missing, because a record names it.
    func text(_ digest: ContentDigest) async throws(FleetError) -> String {
        do throws(JournalError) {
            guard let bytes = try await content.get(digest) else {
                throw JournalError.damaged(position: 0, detail: "content \(digest) is missing")
            }
            return String(decoding: bytes, as: UTF8.self)
        } catch {
            throw error.fleetError
        }
    }
}

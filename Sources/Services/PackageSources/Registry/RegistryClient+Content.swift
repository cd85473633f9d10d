internal import FleetModel
internal import FleetRuntime

extension RegistryClient {
    /// A manifest's bytes by tag or digest; not checked.
    func manifest(_ reference: String, limit: Int) async throws(PlaceFailure) -> [UInt8] {
        let address = address("manifests/\(reference)")
        var attempt = 1
        while true {
            let response = try await send(RegistryRequest(address: address, accept: ImageManifest.accepted))
            do throws(HTTPExchangeError) {
                return try await response.body.collect(upTo: limit)
            } catch {
                let text = try Self.text(error, address)
                guard attempt < access.limits.attempts else { throw .unreachable(text) }
            }
            attempt += 1
            try await wait(access.backoff(before: attempt))
        }
    }

    /// Whether the repository has the image; a registry that does not let us look says no, as imgpkg reads it.
    func hasManifest(_ digest: ContentDigest) async throws(PlaceFailure) -> Bool {
        do throws(PlaceFailure) {
            _ = try await send(
                RegistryRequest(
                    method: "HEAD", address: address("manifests/\(digest)"), accept: ImageManifest.accepted))
            return true
        } catch {
            switch error {
            case .absent, .denied: return false
            case .unreachable, .refused: throw error
            }
        }
    }

    /// A content: checked while it comes, taken up again where it broke off, also by the process before this one.
    func blob(_ descriptor: ImageDescriptor, limit: Int) async throws(PlaceFailure) -> [UInt8] {
        let expected = descriptor.size
        guard expected <= limit else {
            throw .refused("\(descriptor.digest) has \(expected) bytes, at most \(limit) are read")
        }
        var download = Download(limit: expected > 0 ? expected : limit)
        let begun = access.cache?.begun(descriptor.digest) ?? []
        if expected > 0, begun.count < expected { download.begin(with: begun) }
        defer { if download.isWhole { access.cache?.forgetBegun(descriptor.digest) } }
        var stalls = 0
        var downloads = 0
        while true {
            let before = download.bytes.count
            let reason = try await continueDownload(descriptor, &download)
            if reason == nil, expected == 0 || download.bytes.count == expected { break }
            downloads += 1
            stalls = download.bytes.count > before ? 1 : stalls + 1
            guard stalls < access.limits.stalls, downloads < access.limits.downloads else {
                throw .unreachable(
                    "\(descriptor.digest) broke off at byte \(download.bytes.count) of \(expected): "
                        + (reason ?? "the registry sent no more"))
            }
            try await wait(access.backoff(before: stalls + 1))
        }
        download.isWhole = true
        let digest = download.hasher.finish()
        guard digest == descriptor.digest else {
            throw .refused("\(descriptor.digest) is damaged: what came has the digest \(digest)")
        }
        return download.bytes
    }

    private struct Download {
        var bytes: [UInt8] = []
        var hasher = ContentHasher()
        /// How much of `bytes` is kept for the next process.
        var kept = 0
        var isWhole = false
        let limit: Int

        init(limit: Int) { self.limit = limit }

        mutating func restart() {
            bytes = []
            kept = 0
            hasher = ContentHasher()
        }

        mutating func begin(with begun: [UInt8]) {
            bytes = begun
            kept = begun.count
            hasher.update(begun)
        }
    }

    /// Bytes that may have to come again after a restart.
    private static let keptAtOnce = 1 << 20

    /// Keeps what came since the last time; contents that come in one piece are not kept.
    private func keep(_ download: inout Download, _ digest: ContentDigest, atLeast least: Int) {
        guard download.bytes.count - download.kept >= least else { return }
        access.cache?.continueBegun(digest, at: download.kept, download.bytes[download.kept...])
        download.kept = download.bytes.count
    }

    /// Nil when the body ended; else why it broke off.
    private func continueDownload(
        _ descriptor: ImageDescriptor, _ download: inout Download
    ) async throws(PlaceFailure) -> String? {
        let address = address("blobs/\(descriptor.digest)")
        let response = try await send(RegistryRequest(address: address, from: download.bytes.count))
        if response.status == 416 || (response.status == 206 && !Self.begins(response, at: download.bytes.count)) {
            download.restart()
            return "the registry does not go on where it broke off"
        }
        // A server without ranges sends all of it again.
        if response.status == 200 { download.restart() }
        var iterator = response.body.makeAsyncIterator()
        do throws(HTTPExchangeError) {
            while let chunk = try await iterator.next() {
                guard download.bytes.count + chunk.count <= download.limit else {
                    throw .tooLarge(limit: download.limit)
                }
                download.bytes.append(contentsOf: chunk)
                download.hasher.update(chunk)
                keep(&download, descriptor.digest, atLeast: Self.keptAtOnce)
            }
            return nil
        } catch {
            keep(&download, descriptor.digest, atLeast: 1)
            return try Self.text(error, address)
        }
    }

    /// `Content-Range: bytes 100-199/200`
    private static func begins(_ response: HTTPExchangeResponse, at offset: Int) -> Bool {
        guard let range = response.header("Content-Range"), range.hasPrefix("bytes ") else { return false }
        return range.dropFirst(6).prefix { $0 != "-" } == "\(offset)"
    }
}

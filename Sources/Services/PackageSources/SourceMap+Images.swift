internal import FleetModel

extension SourceMap {
    /// The bundle in an image: label, digest, lock files, bundles within it.
    func image(
        _ reference: BundleReference, at place: some ImagePlace, nested: inout Int
    ) async throws(PlaceFailure) -> Bundle {
        let name = try imageName(reference)
        let pulled = try await pull(name, reference, place)
        guard reference.isPlainImage || pulled.isBundle else {
            throw .refused("it is a plain image: it lacks the label \(PulledImage.bundleLabel) of imgpkg push -b")
        }
        if let pinned = reference.pinned, pinned != pulled.digest, pinned != TreeDigest.of(pulled.files) {
            throw .refused("the image's digest is \(pulled.digest), pinned at registration was \(pinned)")
        }
        var files = pulled.files
        if !reference.isPlainImage { try await localize(&files, reference, pulled.digest, place, nested: &nested) }
        return Bundle(files: files, digest: pulled.digest)
    }

    /// A tag may have moved since registration: what was pinned then is asked for first.
    private func pull(
        _ name: ImageName, _ reference: BundleReference, _ place: some ImagePlace
    ) async throws(PlaceFailure) -> PulledImage {
        if name.digest == nil, let pinned = reference.pinned {
            do throws(PlaceFailure) {
                return try await PulledImage.pull(name, digest: pinned, from: place, limits: limits)
            } catch {
                guard case .absent = error else { throw error }
            }
        }
        return try await PulledImage.pull(name, digest: name.digest, from: place, limits: limits)
    }

    /// What `imgpkg pull` does after it unpacked: images that were copied with the bundle are taken from where it is,
    /// and the bundles that belong to it are put under `.imgpkg/bundles`.
    private func localize(
        _ files: inout [String: [UInt8]], _ reference: BundleReference, _ digest: ContentDigest,
        _ place: some ImagePlace, nested: inout Int
    ) async throws(PlaceFailure) {
        let locks = try BundleLocks(files)
        var inner = locks.bundles
        var home: String?
        if let registry = place as? RegistryPlace,
            locks.images.contains(where: { $0.context != registry.context }) || !locks.bundles.isEmpty
        {
            let all = (locks.images + locks.bundles).compactMap(\.digest)
            let relocation = try await registry.relocation(of: digest, images: all, limits: limits)
            inner += locks.images.filter { image in image.digest.map(relocation.bundles.contains) ?? false }
            if relocation.isComplete {
                home = registry.context
                if let lock = locks.imagesLock(in: registry.context) {
                    files[BundleLocks.imagesPath] = Array(lock.utf8)
                }
            }
        }
        for name in inner {
            guard let innerDigest = name.digest else { continue }
            let folder = ".imgpkg/bundles/sha256-\(innerDigest.rawValue.dropFirst(7))/"
            guard !files.keys.contains(where: { $0.hasPrefix(folder) }) else { continue }
            guard nested > 0 else { throw .refused("more than \(limits.nestedBundles) bundles within bundles") }
            nested -= 1
            let innerFiles = try await innerBundle(name, innerDigest, reference, place, home, nested: &nested)
            for (path, bytes) in innerFiles { files[path.hasPrefix(".imgpkg/bundles/") ? path : folder + path] = bytes }
        }
        guard files.count <= limits.files, files.values.reduce(0, { $0 + $1.count }) <= limits.bytes else {
            throw .refused("with its inner bundles it has more than \(limits.files) files or \(limits.bytes) bytes")
        }
    }

    private func innerBundle(
        _ name: ImageName, _ digest: ContentDigest, _ reference: BundleReference, _ place: some ImagePlace,
        _ home: String?, nested: inout Int
    ) async throws(PlaceFailure) -> [String: [UInt8]] {
        var inner = reference
        inner.pinned = nil
        inner.image = "\(home ?? name.context)@\(digest)"
        do throws(PlaceFailure) {
            return try await image(inner, at: place, nested: &nested).files
        } catch {
            // It was not copied along: it is looked for as any other bundle is.
            guard case .absent = error else { throw error }
        }
        do throws(FleetError) {
            return try await fetch(inner, carried: nil, nested: &nested).files
        } catch {
            throw error.code == .unavailable
                ? .unreachable("inner bundle: \(error.message): \(error.reason)")
                : .refused("inner bundle: \(error.message): \(error.reason)")
        }
    }
}

internal import FleetModel
internal import FleetRuntime

/// The bundle that the coordinator stored at registration, over the link.
struct CoordinatorPlace: Sendable {
    let limits: BundleLimits

    func bundle(_ reference: BundleReference, _ carried: CarriedBundle?) async throws(PlaceFailure) -> Bundle {
        guard let carried else { throw .absent("it holds no bundle of this version") }
        let archive: [UInt8]
        do throws(FleetError) {
            archive = try await carried.content()
        } catch {
            let text = [error.message, error.reason].filter { !$0.isEmpty }.joined(separator: ": ")
            throw error.code == .unavailable ? .unreachable(text) : .refused(text)
        }
        guard ContentDigest(sha256Of: archive) == carried.digest else {
            throw .refused("what came over the link is not \(carried.digest)")
        }
        do throws(ArchiveFailure) {
            return Bundle(
                files: try TarReader.files(archive, limits: limits), digest: reference.pinned ?? carried.digest)
        } catch {
            throw .refused(error.description)
        }
    }
}

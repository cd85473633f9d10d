internal import FleetControl
internal import FleetModel
internal import FleetRuntime
internal import Packaging
internal import ResourceModel

/// What a registration says of the package it registers: never a reason to refuse it.
struct RegistrationReview: Sendable {
    struct Subject: Sendable {
        var package: PackageDocument
        var facts: PackageFacts
    }

    let configuration: CoordinatorConfiguration
    let time: TimeSource
    let hasMetadata: Bool

    /// Nil when packages are not reviewed here.
    func lines(_ subject: Subject, previous: Subject?) async -> [String]? {
        guard let rendering = configuration.rendering else { return nil }
        let (time, limit) = (time, configuration.reviewTimeout)
        return await withTaskGroup(of: [String].self) { group in
            group.addTask { await reviewed(subject, previous: previous, rendering) }
            group.addTask {
                try? await time.sleep(for: limit)
                return ["not reviewed: it took more than \(limit.components.seconds) s (limit reviewTimeout)"]
            }
            let first = await group.next()
            group.cancelAll()
            return first ?? []
        }
    }

    private func reviewed(
        _ subject: Subject, previous: Subject?, _ rendering: any ComputeExecutor
    ) async -> [String] {
        do throws(FleetError) {
            guard let files = try await files(subject) else {
                return ["not reviewed: the coordinator has no source for its bundle"]
            }
            let before: PackageFiles? = if let previous { try? await self.files(previous) } else { nil }
            let hasMetadata = hasMetadata || subject.package.format != .carvel
            return try await rendering.run {
                let new = PackageReviewer.review(files, hasMetadata: hasMetadata)
                guard let before else {
                    return ReviewLines.lines(new.review, comparison: nil)
                }
                let old = PackageReviewer.review(before)
                return ReviewLines.lines(new.review, comparison: PackageComparer.compare(old, new))
            }
        } catch {
            return ["not reviewed: \(error.message)"]
        }
    }

    private func files(_ subject: Subject) async throws(FleetError) -> PackageFiles? {
        if case .inline(let files) = subject.package.fetch {
            return PackageFiles(package: subject.package, values: "", files: files.mapValues { Array($0.utf8) })
        }
        guard let files = try await configuration.bundleFiles(subject.facts) else { return nil }
        return PackageFiles(package: subject.package, values: "", files: files)
    }
}

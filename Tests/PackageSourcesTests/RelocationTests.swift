import FleetModel
import FleetRuntime
import Foundation
import PackageSources
import Testing

/// Bundles that were copied with their images, and the cache of what was pulled.
@Suite struct RelocationTests {
    let host = RegistryTests.host
    let web = ContentDigest(sha256Of: [1])
    var lock: String { RegistryTests.lock(["index.docker.io/library/nginx@\(web)"]) }
    var bundle: SampleImage { SampleImage(files: ["config/a.yaml": "a: 1", ".imgpkg/images.yml": lock]) }

    func fetch(_ source: SourceMap, _ image: SampleImage) async throws -> PackageSources.Bundle {
        try await source.fetch(
            BundleReference(refName: "web.example.com", version: "1.0.0", image: "\(host)/web@\(image.digest)"))
    }

    func images(_ bundle: PackageSources.Bundle) -> String {
        String(decoding: bundle.files[".imgpkg/images.yml"] ?? [], as: UTF8.self)
    }

    @Test func theLocationsImageSaysThatEverythingIsInTheRepository() async throws {
        let server = RegistryDouble("https://\(host)")
        server.push(bundle, to: "web")
        let locations = SampleImage(
            files: [
                "image-locations.yml": "apiVersion: imgpkg.carvel.dev/v1alpha1\nkind: ImageLocations\nimages:\n"
                    + "- image: index.docker.io/library/nginx@\(web)\n  isBundle: false\n"
            ], isBundle: false)
        server.push(
            locations, to: "web", tag: "sha256-\(bundle.digest.rawValue.dropFirst(7)).image-locations.imgpkg")
        let fetched = try await fetch(RegistryBench(server).direct, bundle)
        #expect(images(fetched).contains("image: \(host)/web@\(web)"))
        #expect(fetched.digest == bundle.digest)
    }

    @Test func withoutOneEveryImageIsLookedFor() async throws {
        let server = RegistryDouble("https://\(host)")
        server.push(bundle, to: "web")
        let bench = try RegistryBench(server)
        #expect(try await images(fetch(bench.direct, bundle)) == lock)
        #expect(server.requests.last?.method == "HEAD")
        let copied = SampleImage(files: ["x": "y"], isBundle: false)
        let complete = SampleImage(
            files: [".imgpkg/images.yml": RegistryTests.lock(["index.docker.io/library/nginx@\(copied.digest)"])])
        server.push(copied, to: "web")
        server.push(complete, to: "web")
        #expect(try await images(fetch(bench.direct, complete)).contains("\(host)/web@\(copied.digest)"))
    }

    @Test func bundlesWithinTheBundleComeAlong() async throws {
        let inner = SampleImage(files: ["config/b.yaml": "b: 1", ".imgpkg/images.yml": RegistryTests.lock([])])
        let outer = SampleImage(files: [
            "config/a.yaml": "a: 1", ".imgpkg/images.yml": RegistryTests.lock([]),
            ".imgpkg/bundles.yml": "apiVersion: imgpkg.carvel.dev/v1alpha1\nkind: BundlesLock\nbundles:\n"
                + "- image: inner.example.com/inner@\(inner.digest)\n",
        ])
        let server = RegistryDouble("https://\(host)")
        let other = RegistryDouble("https://inner.example.com")
        server.push(outer, to: "web")
        other.push(inner, to: "inner")
        let fetched = try await fetch(RegistryBench(server, other).direct, outer)
        let folder = ".imgpkg/bundles/sha256-\(inner.digest.rawValue.dropFirst(7))"
        #expect(fetched.files["\(folder)/config/b.yaml"] == Array("b: 1".utf8))
    }

    @Test func whatWasPulledIsThereWhenTheRegistryIsAway() async throws {
        let folder = try ScratchFolder()
        let server = RegistryDouble("https://\(host)")
        server.push(bundle, to: "web")
        let first = try await fetch(RegistryBench(server, cacheFolder: folder.path).direct, bundle)
        let offline = try RegistryBench(cacheFolder: folder.path)
        #expect(try await fetch(offline.direct, bundle) == first)
        // Damage on the disk is noticed, and what is damaged is pulled again.
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where !name.hasSuffix(".note") {
            try folder.write(Array("damaged".utf8), to: name)
        }
        let error = await #expect(throws: FleetError.self) { try await fetch(offline.direct, bundle) }
        #expect(error?.code == .unavailable)
        #expect(try await fetch(RegistryBench(server, cacheFolder: folder.path).direct, bundle) == first)
    }

    @Test func theCacheKeepsWithinItsLimitAndForgetsTheOldest() throws {
        let folder = try ScratchFolder()
        let clock = TimeSource(clock: ContinuousClock()) { Timestamp(milliseconds: 1_700_000_000_000) }
        let cache = try BundleCache(folder: folder.path, limit: 4000, time: clock)
        let contents = (0..<5).map { [UInt8](repeating: $0, count: 900) }
        for content in contents.prefix(4) { cache.store(ContentDigest(sha256Of: content), content) }
        #expect(cache.content(ContentDigest(sha256Of: contents[0])) == contents[0])
        cache.store(ContentDigest(sha256Of: contents[4]), contents[4])
        #expect(cache.bytes == 3600)
        #expect(cache.content(ContentDigest(sha256Of: contents[1])) == nil)
        #expect(cache.content(ContentDigest(sha256Of: contents[0])) == contents[0])
        // A smaller limit at the next start, and what a kill left half written.
        try folder.write([1], to: ".half-written")
        let reopened = try BundleCache(folder: folder.path, limit: 2000, time: clock)
        #expect(reopened.bytes == 1800)
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/.half-written"))
    }
}

import FleetModel
import FleetRuntime
import Foundation
import PackageSources
import Synchronization
import TestSupport
import Testing

@Suite struct RegistryTests {
    static let host = "registry.example.com"
    let files = ["config/a.yaml": "a: 1", ".imgpkg/images.yml": RegistryTests.lock([])]
    var image: SampleImage { SampleImage(files: files) }

    static func lock(_ images: [String]) -> String {
        "apiVersion: imgpkg.carvel.dev/v1alpha1\nkind: ImagesLock\nimages:"
            + (images.isEmpty ? " []\n" : "\n" + images.map { "- image: \($0)\n" }.joined())
    }

    func reference(
        _ image: String, pinned: ContentDigest? = nil, isPlainImage: Bool = false
    ) -> BundleReference {
        BundleReference(
            refName: "web.example.com", version: "1.0.0", image: image, pinned: pinned, isPlainImage: isPlainImage)
    }

    func text(_ bundle: PackageSources.Bundle, _ path: String) -> String? {
        bundle.files[path].map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func pullsByDigestAndByTag() async throws {
        let server = RegistryDouble("https://\(Self.host)")
        server.push(image, to: "team/web", tag: "1.0")
        let bench = try RegistryBench(server)
        let byDigest = try await bench.direct.fetch(reference("\(Self.host)/team/web@\(image.digest)"))
        #expect(text(byDigest, "config/a.yaml") == "a: 1")
        #expect(byDigest.digest == image.digest)
        let byTag = try await bench.direct.fetch(reference("\(Self.host)/team/web:1.0"))
        #expect(byTag == byDigest)
    }

    @Test func anIndexLeadsToTheImageForLinux() async throws {
        let server = RegistryDouble("https://\(Self.host)")
        server.push(image, to: "team/web")
        let other = ContentDigest(sha256Of: [9])
        let index = Array(
            (#"{"schemaVersion":2,"manifests":[{"digest":"\#(other)","size":3,"platform":{"os":"windows","#
                + #""architecture":"amd64"}},{"digest":"\#(image.digest)","size":3,"platform":{"os":"linux","#
                + #""architecture":"amd64"}}]}"#).utf8)
        server.push(manifest: index, to: "team/web", tag: "1.0")
        let bundle = try await RegistryBench(server).direct.fetch(reference("\(Self.host)/team/web:1.0"))
        #expect(text(bundle, "config/a.yaml") == "a: 1")
        #expect(bundle.digest == ContentDigest(sha256Of: index))
    }

    @Test func aPasswordIsGivenOnlyWhenAskedForAndNeverShown() async throws {
        let server = RegistryDouble("https://\(Self.host)")
        server.push(image, to: "team/web")
        server.faults.withLock { $0.basic = "robot:s3cret" }
        let wanted = reference("\(Self.host)/team/web@\(image.digest)")
        let setting = RegistrySetting(host: Self.host, credential: .password(user: "robot", password: "s3cret"))
        _ = try await RegistryBench(server, settings: [setting]).direct.fetch(wanted)
        #expect(!"\(setting) \(String(reflecting: setting))".contains("s3cret"))
        let wrong = RegistrySetting(host: Self.host, credential: .password(user: "robot", password: "wr0ng"))
        let refused = await #expect(throws: FleetError.self) {
            try await RegistryBench(server, settings: [wrong]).direct.fetch(wanted)
        }
        #expect(refused?.code == .unauthorized)
        #expect(refused?.reason.contains("was not accepted") == true)
        #expect(refused?.description.contains("wr0ng") == false)
        let none = await #expect(throws: FleetError.self) { try await RegistryBench(server).direct.fetch(wanted) }
        #expect(none?.reason.contains("asks for a user name and a password; none is configured") == true)
    }

    @Test func aTokenIsGotOnceForARepository() async throws {
        let server = RegistryDouble("https://\(Self.host)")
        let tokens = RegistryDouble("https://auth.example.com")
        server.push(image, to: "team/web")
        server.faults.withLock {
            $0.bearer = ("t0ken", #"Bearer realm="https://auth.example.com/token",service="reg",error="x""#)
        }
        tokens.faults.withLock {
            $0.givesToken = "t0ken"
        }
        let setting = RegistrySetting(host: Self.host, credential: .password(user: "robot", password: "s3cret"))
        let bench = try RegistryBench(server, tokens, settings: [setting])
        let bundle = try await bench.direct.fetch(reference("\(Self.host)/team/web@\(image.digest)"))
        #expect(bundle.digest == image.digest)
        #expect(tokens.requests.count == 1)
        #expect(tokens.requests[0].target == "/token?service=reg&scope=repository%3Ateam%2Fweb%3Apull")
        #expect(tokens.requests[0].headers.contains { $0.name == "Authorization" && $0.value.hasPrefix("Basic ") })
    }

    @Test func aTokenServerWithoutTLSGetsNoPassword() async throws {
        let server = RegistryDouble("https://\(Self.host)")
        server.faults.withLock { $0.bearer = ("t", #"Bearer realm="http://auth.example.com/token""#) }
        let error = await #expect(throws: FleetError.self) {
            try await RegistryBench(server).direct.fetch(reference("\(Self.host)/web@\(image.digest)"))
        }
        #expect(error?.reason.contains("nothing protects the password") == true)
    }

    @Test func aRedirectToAnotherHostCarriesNoPassword() async throws {
        let server = RegistryDouble("https://\(Self.host)")
        let storage = RegistryDouble("https://storage.example.com")
        server.push(image, to: "team/web")
        storage.hold(image, under: "/bucket")
        server.faults.withLock {
            $0.basic = "robot:s3cret"
            $0.redirectsBlobsTo = "https://storage.example.com/bucket"
        }
        let setting = RegistrySetting(host: Self.host, credential: .password(user: "robot", password: "s3cret"))
        let bench = try RegistryBench(server, storage, settings: [setting])
        _ = try await bench.direct.fetch(reference("\(Self.host)/team/web@\(image.digest)"))
        #expect(storage.requests.count == 2)
        #expect(!storage.requests.contains { $0.headers.contains { $0.name == "Authorization" } })
        server.faults.withLock { $0.redirectsBlobsTo = "http://storage.example.com/bucket" }
        let error = await #expect(throws: FleetError.self) {
            try await bench.direct.fetch(reference("\(Self.host)/team/web@\(image.digest)"))
        }
        #expect(error?.reason.contains("redirects from https") == true)
    }

    @Test func waitsAsLongAsTheRegistryAsks() async throws {
        let server = RegistryDouble("https://\(Self.host)")
        server.push(image, to: "web")
        server.faults.withLock {
            $0.answers = [
                (429, [HTTPHeader("Retry-After", "7")]), (503, []), (0, []),
                (503, [HTTPHeader("Retry-After", "Tue, 14 Nov 2023 22:13:45 GMT")]),
            ]
        }
        let bench = try RegistryBench(server)
        _ = try await bench.direct.fetch(reference("\(Self.host)/web@\(image.digest)"))
        #expect(bench.clock.sleeps.count == 4)
        #expect(bench.clock.sleeps[0] == .seconds(7))
        #expect(bench.clock.sleeps[1] < .seconds(1))
        // 22:13:20 at the start, seven seconds and two short waits later.
        #expect(bench.clock.sleeps[3] > .seconds(14) && bench.clock.sleeps[3] < .seconds(19))
    }

    @Test func givesUpAfterItsTriesAndCanBeAskedAgain() async throws {
        let server = RegistryDouble("https://\(Self.host)")
        server.faults.withLock { $0.answers = Array(repeating: (502, []), count: 5) }
        let error = await #expect(throws: FleetError.self) {
            try await RegistryBench(server).direct.fetch(reference("\(Self.host)/web@\(image.digest)"))
        }
        #expect(error?.code == .unavailable)
        #expect(error?.reason == "registry \(Self.host)/web: 502 (5 tries)")
    }

    @Test(arguments: [false, true])
    func aContentThatBreaksOffIsTakenUpAgain(ignoresRanges: Bool) async throws {
        let large = SampleImage(files: ["config/a.yaml": String(repeating: "x", count: 5000)])
        let server = RegistryDouble("https://\(Self.host)")
        server.push(large, to: "web")
        server.faults.withLock {
            $0.breaksAfter = 1500
            $0.ignoresRanges = ignoresRanges
        }
        let bench = try RegistryBench(server)
        let wanted = reference("\(Self.host)/web@\(large.digest)", isPlainImage: true)
        if ignoresRanges {
            let error = await #expect(throws: FleetError.self) { try await bench.direct.fetch(wanted) }
            #expect(error?.code == .unavailable)
            #expect(error?.reason.contains("broke off at byte 1500") == true)
        } else {
            #expect(try await bench.direct.fetch(wanted).files["config/a.yaml"]?.count == 5000)
            #expect(server.requests.contains { $0.headers.contains(HTTPHeader("Range", "bytes=4500-")) })
        }
    }

    @Test func aDownloadGoesOnAfterARestart() async throws {
        let folder = try ScratchFolder()
        let large = SampleImage(files: ["config/a.yaml": String(repeating: "x", count: 5000)])
        let server = RegistryDouble("https://\(Self.host)")
        server.push(large, to: "web")
        server.faults.withLock {
            $0.breaksAfter = 1500
            $0.ignoresRanges = true
        }
        let wanted = reference("\(Self.host)/web@\(large.digest)", isPlainImage: true)
        await #expect(throws: FleetError.self) {
            try await RegistryBench(server, cacheFolder: folder.path).direct.fetch(wanted)
        }
        server.faults.withLock {
            $0.breaksAfter = nil
            $0.ignoresRanges = false
        }
        let again = try RegistryBench(server, cacheFolder: folder.path)
        #expect(try await again.direct.fetch(wanted).files["config/a.yaml"]?.count == 5000)
        #expect(server.requests.contains { $0.headers.contains(HTTPHeader("Range", "bytes=1500-")) })
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".part") }
        #expect(left.isEmpty)
    }

    @Test func aContentWithAnotherDigestIsRefused() async throws {
        let server = RegistryDouble("https://\(Self.host)")
        server.push(image, to: "web")
        server.faults.withLock { $0.flipsBlobs = true }
        let error = await #expect(throws: FleetError.self) {
            try await RegistryBench(server).direct.fetch(reference("\(Self.host)/web@\(image.digest)"))
        }
        #expect(error?.code == .refused)
        #expect(error?.reason.contains("is damaged: what came has the digest") == true)
    }

    @Test func aPlainImageIsNoBundle() async throws {
        let plain = SampleImage(files: files, isBundle: false)
        let server = RegistryDouble("https://\(Self.host)")
        server.push(plain, to: "web")
        let bench = try RegistryBench(server)
        let error = await #expect(throws: FleetError.self) {
            try await bench.direct.fetch(reference("\(Self.host)/web@\(plain.digest)"))
        }
        #expect(error?.reason.contains("it lacks the label dev.carvel.imgpkg.bundle") == true)
        _ = try await bench.direct.fetch(reference("\(Self.host)/web@\(plain.digest)", isPlainImage: true))
    }

    @Test func everyPlaceThatWasAskedIsNamedWithItsAnswer() async throws {
        let mirror = RegistryDouble("https://mirror.example.com")
        let bench = try RegistryBench(mirror)
        let map = bench.map([
            .init(match: .imagePrefix(Self.host), place: .registry("mirror.example.com/copies")),
            .init(match: .imagePrefix("\(Self.host)/team"), place: .archive("/absent/web.tar")),
            .init(match: .package("web.example.com", version: nil), place: .ociLayout("/absent/layout")),
            .init(match: .imagePrefix("other.example.com"), place: .registry("*")),
        ])
        let name = "\(Self.host)/team/web@\(image.digest)"
        let error = try #require(await #expect(throws: FleetError.self) { try await map.fetch(reference(name)) })
        #expect(error.code == .notFound)
        #expect(error.message == "the bundle of web.example.com 1.0.0 (\(name)) is in none of its sources")
        #expect(
            error.reason == "registry mirror.example.com/copies/team/web: 404 MANIFEST_UNKNOWN: manifest unknown; "
                + "archive /absent/web.tar: there is no such file; OCI layout /absent/layout: there is no such folder")
        #expect(error.next.contains("imgpkg copy -b \(name) --to-repo mirror.example.com/copies/team/web"))
        #expect(error.next.contains("--to-tar bundle.tar"))
    }

    @Test func theNextPlaceServesWhatTheFirstDoesNotHave() async throws {
        let mirror = RegistryDouble("https://mirror.example.com")
        let origin = RegistryDouble("https://\(Self.host)")
        origin.push(image, to: "team/web")
        let map = try RegistryBench(mirror, origin).map([
            .init(match: .imagePrefix(Self.host), place: .registry("mirror.example.com")),
            .init(match: .imagePrefix("*"), place: .registry("*")),
        ])
        _ = try await map.fetch(reference("\(Self.host)/team/web@\(image.digest)"))
        #expect(mirror.requests.count == 1)
    }

    @Test func aTagThatMovedSinceRegistrationIsPulledAsItWasPinned() async throws {
        let moved = SampleImage(files: ["config/a.yaml": "a: 2"])
        let server = RegistryDouble("https://\(Self.host)")
        server.push(image, to: "web", tag: "1.0")
        server.push(moved, to: "web", tag: "1.0")
        let bench = try RegistryBench(server)
        let pinned = try await bench.direct.fetch(reference("\(Self.host)/web:1.0", pinned: image.digest))
        #expect(pinned.digest == image.digest)
        let lost = ContentDigest(sha256Of: [1])
        let error = await #expect(throws: FleetError.self) {
            try await bench.direct.fetch(reference("\(Self.host)/web:1.0", pinned: lost))
        }
        #expect(error?.code == .refused)
        #expect(
            error?.reason.contains("the image's digest is \(moved.digest), pinned at registration was \(lost)") == true)
    }
}

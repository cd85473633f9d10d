import FleetModel
import FleetRuntime
import Foundation
import PackageSources
import ResourceModel
import Synchronization
import TestSupport
import Testing

/// Archives that were changed at random: read, or refused; never a trap, and never more than the bounds allow.
///
/// `FLOTILLA_FUZZ_SECONDS` says for how long (a moment without it), `FLOTILLA_FUZZ_SEED` where to begin.
@Suite struct ArchiveFuzzTests {
    private static let environment = ProcessInfo.processInfo.environment
    static let seconds = Double(environment["FLOTILLA_FUZZ_SECONDS"] ?? "") ?? 0
    static let seed = UInt64(environment["FLOTILLA_FUZZ_SEED"] ?? "") ?? 1
    private static let rounds = 300

    private func whileItLasts(_ body: (SeededEntropy) async throws -> Void) async throws {
        let clock = ContinuousClock()
        let end = clock.now.advanced(by: .milliseconds(Int64(Self.seconds * 1000)))
        var round: UInt64 = 0
        while round < Self.rounds || clock.now < end {
            try await body(SeededEntropy(seed: Self.seed &* 1_000_003 &+ round))
            round += 1
        }
    }

    private func changed(_ bytes: [UInt8], _ entropy: SeededEntropy) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<(1 + entropy.below(6)) {
            guard !bytes.isEmpty else { return bytes }
            let at = Int(entropy.below(UInt64(bytes.count)))
            switch entropy.below(6) {
            case 0: bytes[at] = UInt8(entropy.below(256))
            case 1: bytes[at] ^= 1 << UInt8(entropy.below(8))
            case 2: bytes.removeSubrange(at..<min(bytes.count, at + 1 + Int(entropy.below(700))))
            case 3: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 512)], at: at)
            case 4: bytes = Array(bytes.prefix(at))
            default:
                let digits = Array("0123456789 \0\u{7F}/.=\n".utf8)
                for offset in at..<min(bytes.count, at + 12) {
                    bytes[offset] = digits[Int(entropy.below(UInt64(digits.count)))]
                }
            }
        }
        return bytes
    }

    /// Puts right checksums into headers, so that what is behind them is reached.
    private func withChecksums(_ archive: [UInt8]) -> [UInt8] {
        var archive = archive
        for start in stride(from: 0, to: archive.count - 511, by: 512) where archive[start + 257] == 0x75 {
            for index in 148..<156 { archive[start + index] = 0x20 }
            let sum = archive[start..<start + 512].reduce(0) { $0 + Int($1) }
            let octal = Array(String(sum, radix: 8).utf8)
            for (index, byte) in ([UInt8](repeating: 0x30, count: 6 - octal.count) + octal + [0]).enumerated() {
                archive[start + 148 + index] = byte
            }
        }
        return archive
    }

    private let sample = TarBytes.archive([
        TarBytes.entry("config/", type: 0x35), TarBytes.entry("config/a.yaml", "a: 1"),
        TarBytes.entry("p", "18 path=config/b.\n", type: 0x78), TarBytes.entry("short", "b"),
        TarBytes.entry("L", "config/a-long-name", type: 0x4C), TarBytes.entry("x", String(repeating: "c", count: 600)),
    ])

    @Test func changedTarArchives() async throws {
        var limits = BundleLimits()
        limits.files = 50
        try await whileItLasts { entropy in
            let archive = withChecksums(changed(sample, entropy))
            guard let files = try? TarReader.files(archive, limits: limits) else { return }
            #expect(files.count <= limits.files)
            #expect(files.values.allSatisfy { $0.count <= archive.count })
            #expect(files.keys.allSatisfy { !$0.hasPrefix("/") && !$0.split(separator: "/").contains("..") })
        }
    }

    @Test func changedGzipTexts() async throws {
        try await whileItLasts { entropy in
            let packed = changed(InflateTests.packed, entropy)
            if let unpacked = try? Gzip.unpack(packed, limit: 20_000) { #expect(unpacked.count <= 20_000) }
            // Behind the checksum: random blocks under a right header.
            let noise = (0..<200).map { _ in UInt8(entropy.below(256)) }
            _ = try? Gzip.unpack(Array(InflateTests.packed.prefix(10)) + noise, limit: 20_000)
        }
    }

    @Test func changedImages() async throws {
        let image = SampleImage(layers: [sample, TarBytes.archive(["config/.wh.a.yaml": ""])])
        let wanted = BundleReference(refName: "web.example.com", version: "1", image: "r.example.com/web:1")
        let folder = try ScratchFolder()
        let map = folder.source(.archive("\(folder.path)/image.tar"))
        try await whileItLasts { entropy in
            // The digests are made right again where only the layer is changed.
            var changedImage = image
            switch entropy.below(3) {
            case 0: changedImage = SampleImage(layers: [withChecksums(changed(sample, entropy))])
            case 1: changedImage.manifest = changed(image.manifest, entropy)
            default: changedImage.config = changed(image.config, entropy)
            }
            let entries = ScratchFolder.layout(changedImage).sorted { $0.key < $1.key }
                .map { TarBytes.entry($0.key, $0.value) }
            var archive = TarBytes.archive(entries)
            if entropy.below(4) == 0 { archive = withChecksums(changed(archive, entropy)) }
            try folder.write(archive, to: "image.tar")
            do {
                _ = try await map.fetch(wanted)
            } catch let error as FleetError {
                #expect(!error.reason.isEmpty)
            }
        }
    }

    @Test func changedHeaders() async throws {
        let challenge = Array(
            #"Bearer realm="https://a.example/token",service="reg,\"x",scope="repository:a:pull""#.utf8)
        let server = RegistryDouble("https://r.example.com")
        let bench = try RegistryBench(server)
        try await whileItLasts { entropy in
            let text = String(decoding: changed(challenge, entropy), as: UTF8.self)
            let location = String(decoding: changed(Array("https://r.example.com/v2/x".utf8), entropy), as: UTF8.self)
            server.faults.withLock {
                $0.answers = [
                    entropy.below(2) == 0
                        ? (401, [HTTPHeader("WWW-Authenticate", text)]) : (307, [HTTPHeader("Location", location)]),
                    (503, [HTTPHeader("Retry-After", text)]),
                ]
            }
            let name = String(decoding: changed(Array("r.example.com/a/web:1".utf8), entropy), as: UTF8.self)
            _ = try? await bench.direct.fetch(BundleReference(refName: "w", version: "1", image: name))
        }
    }
}

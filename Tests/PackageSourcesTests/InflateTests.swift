import Foundation
import PackageSources
import ResourceModel
import Testing

@Suite struct InflateTests {
    /// `line 0 of …` to `line 3481 of …`, packed by zlib with dynamic codes.
    static let packed = [UInt8](
        Data(
            base64Encoded: """
                H4sIAAAAAAACA42VSw4CMQxD95wiR2g+TdvjzKKIkUaAmC44PnAC3j5yHdtxj/0+pcjjKpus+V6ybtuS13zObZ2yr3
                Me18vxG1IyFGRooOeSTFklU46wAvFKtGJHamlhyhtDi2DCMv0HM4A5YJWhdcTNLZjtLLPMhQiG1hG3amjT2pBuyVxI
                htYYt8Y27Uy3wVwYCS+LRUQLS5wqC7DCe1Bj56UOrzXg8VfYJQmrKWHTNdab2gO2E+t0K7CfFP43VhA/84L2tSjK+p
                P5YQnxGuTX4b6D6efQD1fm7/cnYD+Gs/x5/M3zBx2M06kyCQAA
                """.split(separator: "\n").joined())!)

    @Test func unpacksWhatZlibPacked() throws {
        let wanted = (0..<60).map { "line \($0 * $0) of a text that repeats itself\n" }.joined()
        #expect(try String(decoding: Gzip.unpack(Self.packed, limit: 10_000), as: UTF8.self) == wanted)
    }

    @Test func stopsAtItsBound() {
        #expect(throws: Gzip.Failure.self) { try Gzip.unpack(Self.packed, limit: 100) }
    }

    @Test func everyFlippedByteIsNoticedOrHarmless() throws {
        let whole = try Gzip.unpack(Self.packed, limit: 10_000)
        for index in Self.packed.indices {
            var damaged = Self.packed
            damaged[index] ^= 0x55
            if let unpacked = try? Gzip.unpack(damaged, limit: 10_000) { #expect(unpacked == whole) }
        }
    }
}

import Foundation
import Testing
import ZeroMQ

@Suite struct ZeroMQTests {
    @Test(arguments: [(4, 3, 2, true, false), (4, 3, 3, true, true), (4, 3, 4, false, false), (5, 0, 0, true, true)])
    func refusesALibraryThatIsTooOldOrLacksCurve(
        major: Int32, minor: Int32, patch: Int32, curve: Bool, accepted: Bool
    ) {
        let outcome = Result { try Context.check(version: (major, minor, patch), hasCurve: curve) }
        #expect(((try? outcome.get()) != nil) == accepted)
    }

    @Test func z85TextAndBytesAreInverse() throws {
        _ = try Context.shared()
        let keys = try CurveKeyPair.generate()
        #expect(keys.publicKey.utf8.count == 40)
        #expect(CurveKey.text(try CurveKey.bytes(keys.publicKey)) == keys.publicKey)
        #expect(try CurveKeyPair(secretKey: keys.secretKey) == keys)
        #expect(!"\(keys)".contains(keys.secretKey))
        #expect(throws: ZeroMQError.self) { try CurveKey.bytes("short") }
        #expect(throws: ZeroMQError.self) { try CurveKey.bytes(String(repeating: "#", count: 40)) }
        #expect(CurveKey.text([1]) == nil)
    }

    @Test func keyFileIsPrivateAndNeverOverwritten() throws {
        _ = try Context.shared()
        let path = NSTemporaryDirectory() + "flotilla-key-\(UInt64.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let keys = try KeyFile.readOrCreate(path)
        #expect(try KeyFile.readOrCreate(path) == keys)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o600)
        #expect(throws: ZeroMQError.self) { try KeyFile.create(path) }
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        #expect(throws: ZeroMQError.self) { try KeyFile.read(path) }
    }
}

import FleetModel
import Foundation
import TestSupport
import Testing

/// Random and changed HTTP at the operators' socket: answered or cut, never a trap; a good request still works.
@Suite struct OperatorFuzzTests {
    private static let corpus: [[UInt8]] = {
        let body = #"{"id":"c-1","command":{"activateService":{"_0":"harbor.example.com"}},"reason":"r"}"#
        let heads = [
            "GET /v1/services HTTP/1.1\r\nHost: flotilla\r\n\r\n", "GET /livez HTTP/1.1\r\nHost: f\r\n\r\n",
            "GET /v1/events?after=0&limit=10&supervisor=sv-oslo HTTP/1.1\r\nHost: f\r\nAccept: text/event-stream\r\n\r\n",
            "GET /v1/audit?since=2024-01-01T00:00:00Z&limit=5 HTTP/1.1\r\nHost: f\r\nAuthorization: Bearer x\r\n\r\n",
            "POST /v1/commands HTTP/1.1\r\nHost: f\r\nContent-Type: application/json\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)",
            "POST /v1/plans HTTP/1.1\r\nHost: f\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n2\r\n1}\r\n0\r\n\r\n",
            "GET /metrics HTTP/1.1\r\nHost: f\r\nConnection: close\r\n\r\n",
            "OPTIONS * HTTP/1.1\r\nHost: f\r\nExpect: 100-continue\r\n\r\n",
            "GET /v1/supervisors/%00%2e%2e/ HTTP/1.0\r\nContent-Length: -1\r\n\r\n",
        ]
        return heads.map { Array($0.utf8) }
    }()

    @Test(.timeLimit(.minutes(15))) func changedRequests() async throws {
        try await RunningServer.with { server in
            try await FuzzTarget("operator HTTP", rounds: 150).run { source in
                var request = source.changed(source.pick(Self.corpus), corpus: Self.corpus)
                if source.chance(15) { request = source.bytes(source.below(300)) }
                if source.chance(10) { request += source.pick(Self.corpus) }
                let heard = await UnixTap.heard(request, at: server.socket, silence: 20)
                if !heard.isEmpty { #expect(heard.starts(with: Array("HTTP/1.".utf8)), "an answer that is no HTTP") }
            }
            let request = "GET /v1/services HTTP/1.1\r\nHost: f\r\nConnection: close\r\n\r\n"
            let good = await UnixTap.heard(Array(request.utf8), at: server.socket, silence: 120_000)
            #expect(String(decoding: good, as: UTF8.self).hasPrefix("HTTP/1.1 200"))
        }
    }
}

/// A unix socket by hand.
@safe private enum UnixTap {
    static func heard(_ bytes: [UInt8], at path: String, silence milliseconds: Int32) async -> [UInt8] {
        await onOwnThread { say(bytes, to: path, silence: milliseconds) }
    }

    private static func say(_ bytes: [UInt8], to path: String, silence milliseconds: Int32) -> [UInt8] {
        let file = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { place in
            for (index, byte) in path.utf8.prefix(place.count - 1).enumerated() { unsafe place[index] = byte }
        }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe connect(file, $0, size) }
        }
        guard result == 0 else { return [] }
        _ = unsafe send(file, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        var heard: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16384)
        while heard.count < 1 << 20 {
            var files = [pollfd(fd: file, events: Int16(POLLIN), revents: 0)]
            guard unsafe poll(&files, 1, milliseconds) > 0 else { return heard }
            let count = unsafe read(file, &buffer, buffer.count)
            guard count > 0 else { return heard }
            heard += buffer[..<count]
        }
        return heard
    }
}

import ResourceModel
import TestSupport

/// The bytes of a recorded HTTP reply, taken apart: status, headers, body without its chunks.
struct RecordedStream {
    var status: Int
    var headers: [String: String] = [:]
    var body: String

    init(_ path: String) throws {
        let text = try TestData.text(path).replacing("\r\n", with: "\n")
        let head = text.firstRange(of: "\n\n").map { text[..<$0.lowerBound] } ?? text[...]
        var rest = text[head.endIndex...].dropFirst(2)
        let lines = head.split(separator: "\n")
        status = lines.first.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) } ?? 0
        for line in lines.dropFirst() {
            let pair = line.split(separator: ":", maxSplits: 1)
            headers[pair[0].lowercased()] = pair.count == 2 ? String(pair[1].drop { $0 == " " }) : ""
        }
        guard headers["transfer-encoding"] == "chunked" else {
            body = String(rest)
            return
        }
        var bytes: [UInt8] = []
        while let end = rest.firstIndex(of: "\n"), let count = Int(rest[..<end], radix: 16), count > 0 {
            let utf8 = rest[rest.index(after: end)...].utf8
            bytes += utf8.prefix(count)
            rest = Substring(utf8.dropFirst(count)).drop { $0 == "\n" }
        }
        body = String(decoding: bytes, as: UTF8.self)
    }

    /// One watch event a line.
    static func events(_ body: String) throws -> [Value] {
        try body.split(separator: "\n").map { try JSONReader.read(String($0)) }
    }
}

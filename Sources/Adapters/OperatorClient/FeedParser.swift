internal import FleetModel
internal import Foundation
internal import NIOCore

/// Reads the lines of `text/event-stream` (WHATWG HTML, "Server-sent events").
struct FeedParser {
    /// No event comes near it; a line beyond it is an error, never a growing buffer.
    static let maximumLine = 1 << 20

    struct Item {
        var id: UInt64?
        var event: FleetEvent?
    }

    private var line: [UInt8] = []
    private var id: UInt64?
    private var data = ""

    mutating func feed(_ buffer: ByteBuffer) throws(FleetError) -> [Item] {
        var items: [Item] = []
        for byte in buffer.readableBytesView {
            guard byte == 0x0A else {
                guard line.count < Self.maximumLine else {
                    throw FleetError(.limitExceeded, "an event of the feed is too long")
                }
                line.append(byte)
                continue
            }
            if let item = try end(of: String(decoding: line, as: UTF8.self)) { items.append(item) }
            line.removeAll(keepingCapacity: true)
        }
        return items
    }

    private mutating func end(of line: String) throws(FleetError) -> Item? {
        if line.hasPrefix("id: ") {
            id = UInt64(line.dropFirst(4))
        } else if line.hasPrefix("data: ") {
            data += line.dropFirst(6)
        } else if line.isEmpty {
            defer { (id, data) = (nil, "") }
            guard !data.isEmpty else { return Item(id: id, event: nil) }
            do {
                return Item(id: id, event: try JSONDecoder().decode(FleetEvent.self, from: Data(data.utf8)))
            } catch {
                throw FleetError(.internalError, "an event of the feed cannot be read", reason: "\(error)")
            }
        }
        return nil
    }
}

/// Frames that wait for one peer, bounded in number and bytes.
struct Outbox: Sendable {
    private var frames: [[UInt8]] = []
    private var head = 0
    private var bytes = 0

    var isEmpty: Bool { head == frames.count }
    var first: [UInt8]? { isEmpty ? nil : frames[head] }

    /// False when a bound is reached: the frame was not taken. One frame always fits an empty outbox.
    mutating func append(_ frame: [UInt8], maxFrames: Int, maxBytes: Int) -> Bool {
        guard isEmpty || (frames.count - head < maxFrames && bytes + frame.count <= maxBytes) else { return false }
        frames.append(frame)
        bytes += frame.count
        return true
    }

    mutating func takeAll() -> ArraySlice<[UInt8]> {
        defer { self = Outbox() }
        return frames[head...]
    }

    /// Frames that were taken and could not be sent; they go before what was queued since.
    mutating func putBack(_ earlier: ArraySlice<[UInt8]>) {
        frames = Array(earlier) + frames[head...]
        head = 0
        bytes += earlier.reduce(0) { $0 + $1.count }
    }

    mutating func removeFirst() {
        bytes -= frames[head].count
        frames[head] = []
        head += 1
        if head == frames.count || head > 64 {
            frames.removeFirst(head)
            head = 0
        }
    }
}

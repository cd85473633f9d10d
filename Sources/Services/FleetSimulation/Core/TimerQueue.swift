/// What is to happen at a later virtual time; things due at one time happen in the order they were asked for.
struct TimerQueue: Sendable {
    struct Entry: Sendable {
        var at: Duration
        var order: UInt64
        var action: @Sendable () -> Void

        func isBefore(_ other: Entry) -> Bool { at == other.at ? order < other.order : at < other.at }
    }

    /// A binary heap.
    private var heap: [Entry] = []
    private var nextOrder: UInt64 = 0

    var first: Duration? { heap.first?.at }

    mutating func add(at: Duration, _ action: @escaping @Sendable () -> Void) {
        nextOrder += 1
        heap.append(Entry(at: at, order: nextOrder, action: action))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].isBefore(heap[parent]) else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func popFirst() -> Entry? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            let (left, right) = (2 * parent + 1, 2 * parent + 2)
            if left < heap.count, heap[left].isBefore(heap[least]) { least = left }
            if right < heap.count, heap[right].isBefore(heap[least]) { least = right }
            if least == parent { return first }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}

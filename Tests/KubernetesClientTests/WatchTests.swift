import FleetModel
import FleetRuntime
import KubernetesClient
import Logging
import ResourceModel
import Synchronization
import TestSupport
import Testing

private let configMap = GroupVersionKind(group: "", version: "v1", kind: "ConfigMap")

/// Reads events of a watch until `count` came, then cancels it.
private func events(_ exchange: ScriptedExchange, count: Int) async -> [String] {
    let client = KubernetesClient(
        exchange: exchange, time: TimeSource(clock: InstantClock()) { .zero }, logger: Logger(label: "test"))
    let (stream, continuation) = AsyncStream.makeStream(of: String.self)
    return await withTaskGroup(of: Void.self) { group in
        group.addTask {
            await client.watch(WatchTarget(kind: configMap, namespace: "ns")) { event in
                switch event {
                case .listed(let items): continuation.yield("listed " + items.map(\.objectName).joined(separator: ","))
                case .added(let object): continuation.yield("added \(object.objectName)")
                case .modified(let object): continuation.yield("modified \(object.objectName)")
                case .deleted(let object): continuation.yield("deleted \(object.objectName)")
                case .interrupted: continuation.yield("interrupted")
                }
            }
        }
        var seen: [String] = []
        for await event in stream {
            seen.append(event)
            if seen.count == count { break }
        }
        group.cancelAll()
        return seen
    }
}

private func line(_ type: String, _ name: String, _ version: String) -> String {
    #"{"type":"\#(type)","object":{"kind":"ConfigMap","metadata":{"name":"\#(name)","resourceVersion":"\#(version)"}}}"#
        + "\n"
}

@Suite struct WatchTests {
    private let list = ScriptedExchange.Reply.json(
        200, #"{"metadata":{"resourceVersion":"7"},"items":[{"metadata":{"name":"a"}}]}"#)
    private let listPath = "GET /api/v1/namespaces/ns/configmaps?limit"
    private let watchPath = "GET /api/v1/namespaces/ns/configmaps?watch=1&allowWatchBookmarks=true&resourceVersion="

    @Test func splitsAtNewlinesNotAtChunks() async {
        let exchange = ScriptedExchange.withDiscovery()
        exchange.on(listPath, list)
        let text = line("ADDED", "b", "8") + line("MODIFIED", "b", "9") + line("DELETED", "a", "10")
        let chunks = stride(from: 0, to: text.count, by: 50).map { start in
            String(text.dropFirst(start).prefix(50))
        }
        exchange.on(watchPath, .chunks(chunks, breaksOff: true))
        #expect(await events(exchange, count: 4) == ["listed a", "added b", "modified b", "deleted a"])
    }

    @Test func resumesFromTheLastVersionBookmarksIncluded() async {
        let exchange = ScriptedExchange.withDiscovery()
        exchange.on(listPath, list)
        exchange.on(
            watchPath + "7", .chunks([line("ADDED", "b", "8"), line("BOOKMARK", "", "20")], breaksOff: true))
        exchange.on(watchPath + "20", .chunks([line("MODIFIED", "b", "21")], breaksOff: false))
        #expect(
            await events(exchange, count: 4) == ["listed a", "added b", "interrupted", "modified b"])
    }

    @Test func listsAgainWhenHistoryIsLost() async {
        let exchange = ScriptedExchange.withDiscovery()
        exchange.on(listPath, list)
        exchange.on(
            watchPath,
            .chunks(
                [
                    #"{"type":"ERROR","object":{"kind":"Status","reason":"Expired","message":"too old","code":410}}"#
                        + "\n"
                ], breaksOff: false))
        #expect(await events(exchange, count: 3) == ["listed a", "listed a", "listed a"])
    }
}

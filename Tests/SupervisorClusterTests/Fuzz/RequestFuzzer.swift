import FleetModel
import ResourceModel
import SupervisorCluster

/// Requests that are almost right, from a seed: paths, queries, headers and bodies with something broken in them.
struct RequestFuzzer {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    /// xorshift64*, so that a seed gives the same requests everywhere.
    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 2_685_821_657_736_338_717
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
    mutating func pick<Item>(_ items: [Item]) -> Item { items[below(items.count)] }

    // MARK: Requests

    mutating func request() -> APIRequest {
        let kind = pick(Self.kinds)
        var path = kind.path
        let isNamed = chance(60)
        if isNamed { path += "/" + pick(["a", "b", kind.name, "web", "harbor-registry"]) }
        if isNamed, chance(25) { path += "/" + pick(Self.subresources) }
        if chance(12) { path = broken(path) }
        let method =
            isNamed ? pick(["GET", "PUT", "PATCH", "DELETE", "POST"]) : pick(["GET", "POST", "DELETE", "PUT"])
        var headers: [String: String] = [:]
        if chance(90) { headers["content-type"] = contentType(method) }
        if chance(30) { headers["accept"] = pick(Self.accepts) }
        if chance(3) { headers["impersonate-user"] = pick(["dev", "", "system:serviceaccount:default:default"]) }
        if chance(3) { headers["authorization"] = pick(["Bearer x", "Basic eDp5", "Bearer a.b.c", ""]) }
        if chance(5) { headers["upgrade"] = "SPDY/3.1" }
        return APIRequest(
            method: chance(3) ? pick(Self.methods) : method, target: path + query(), headers: headers,
            body: method == "GET" ? [] : body(kind.name))
    }

    private mutating func contentType(_ method: String) -> String {
        if chance(5) { return pick(Self.contentTypes) }
        return method == "PATCH"
            ? pick(Array(Self.contentTypes.prefix(4))) : pick(["application/json", "application/yaml"])
    }

    private mutating func broken(_ path: String) -> String {
        switch below(8) {
        case 0: return path + "/../../" + pick(["etc", "secrets", ""])
        case 1: return path.replacing("/", with: "//")
        case 2: return path + "%2f%2e%2e%00" + pick(["", "%zz", "%", "%F0%9F"])
        case 3: return path + "/" + String(repeating: "x", count: below(5000))
        case 4: return "/" + String(repeating: "a/", count: below(300))
        case 5: return String(path.prefix(below(path.count + 1)))
        case 6: return path + "/" + pick(["ü", "\u{0}", "\u{202E}", "a b", "."])
        default: return path.uppercased()
        }
    }

    private mutating func query() -> String {
        guard chance(50) else { return "" }
        var items: [String] = []
        for _ in 0...below(4) { items.append("\(pick(Self.parameters))=\(pick(Self.values))") }
        if chance(3) { items.append(String(repeating: "a=b&", count: below(500))) }
        return "?" + items.joined(separator: "&")
    }

    // MARK: Bodies

    private mutating func body(_ name: String) -> [UInt8] {
        switch below(20) {
        case 0: return []
        case 1: return (0..<below(400)).map { _ in UInt8(truncatingIfNeeded: next()) }
        case 2: return Array(String(repeating: pick(["[", "{\"a\":", "- ", "? "]), count: below(20_000)).utf8)
        case 3: return Array(pick(Self.texts).utf8)
        case 4: return patchOperations()
        default: break
        }
        var object = pick(Self.objects)
        object[at: "metadata", "name"] = .string(chance(80) ? name : pick(["a", "b", "web"]))
        if chance(70) { for _ in 0...below(3) { mutate(&object, depth: 0) } }
        var bytes = chance(90) ? JSONWriter.bytes(object) : Array(YAMLWriter.text(object).utf8)
        if chance(10), !bytes.isEmpty { bytes.removeLast(below(bytes.count)) }
        if chance(10), !bytes.isEmpty { bytes[below(bytes.count)] = UInt8(truncatingIfNeeded: next()) }
        return bytes
    }

    private mutating func patchOperations() -> [UInt8] {
        let paths = [
            "/spec", "/metadata/name", "/spec/template/spec/containers/0", "/a/b/-1", "", "/", "/~2", "/data/-",
        ]
        let operations = (0..<below(5)).map { _ -> Value in
            var operation: Value = [
                "op": .string(pick(["add", "remove", "replace", "move", "copy", "test", "nop"])),
                "path": .string(pick(paths)),
            ]
            if chance(80) { operation["value"] = leaf() }
            if chance(40) { operation["from"] = .string(pick(paths)) }
            return operation
        }
        return JSONWriter.bytes(.array(operations))
    }

    /// Changes one node of a tree: another type, gone, doubled, or nested.
    private mutating func mutate(_ value: inout Value, depth: Int) {
        guard depth < 12, !chance(12) else {
            value = leaf()
            return
        }
        switch value {
        case .object(var fields):
            guard !fields.isEmpty else {
                value = [pick(Self.keys): leaf()]
                return
            }
            let key = pick(fields.keys.sorted())
            switch below(10) {
            case 0: fields[key] = nil
            case 1: fields[pick(Self.keys)] = fields[key]
            case 2: fields[pick(Self.keys)] = leaf()
            default:
                var child = fields[key] ?? .null
                mutate(&child, depth: depth + 1)
                fields[key] = child
            }
            value = .object(fields)
        case .array(var items):
            guard !items.isEmpty else {
                value = [leaf()]
                return
            }
            let index = below(items.count)
            switch below(8) {
            case 0: items.remove(at: index)
            case 1: items.append(items[index])
            case 2: items.append(leaf())
            default: mutate(&items[index], depth: depth + 1)
            }
            value = .array(items)
        case .null, .bool, .int, .double, .string: value = leaf()
        }
    }

    private mutating func leaf() -> Value {
        switch below(14) {
        case 0: return .null
        case 1: return .bool(chance(50))
        case 2: return .int(pick([0, -1, 1, .max, .min, 65_536, 30_080, 1 << 40]))
        case 3: return .double(pick([1.5, -0.0, 1e308, .infinity, .nan]))
        case 4: return .array([])
        case 5: return .object([:])
        case 6: return .array([["name": "x"], ["name": "x"]])
        case 7: return ["matchLabels": ["app": "x"]]
        case 8:
            var nested = Value.string("x")
            for _ in 0..<below(60) { nested = chance(50) ? [nested] : ["a": nested] }
            return nested
        default: return .string(pick(Self.strings))
        }
    }
}

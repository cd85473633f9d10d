import ResourceModel
import SupervisorCluster

/// A reply flattened to `path = value` lines, with everything made equal that differs between two runs of one server.
struct ReplyShape {
    private(set) var lines: [String: String] = [:]

    /// `sent` is the request's body: addresses and ports it names are compared, those the server chose are not.
    init(_ body: Value, sent: String) {
        visit(body, "", sent)
    }

    /// `- wanted` and `+ got` lines; empty when both are the same but for `ignoring`, prefixes of paths.
    static func differences(_ wanted: ReplyShape, _ got: ReplyShape, ignoring: [String]) -> [String] {
        var found: [String] = []
        for path in Set(wanted.lines.keys).union(got.lines.keys).sorted() {
            guard wanted.lines[path] != got.lines[path], !ignoring.contains(where: path.hasPrefix) else { continue }
            if let line = wanted.lines[path] { found.append("- \(path) = \(line)") }
            if let line = got.lines[path] { found.append("+ \(path) = \(line)") }
        }
        return found
    }

    private mutating func visit(_ value: Value, _ path: String, _ sent: String) {
        switch value {
        case .object(let fields):
            if fields.isEmpty { lines[path] = "{}" }
            for (key, child) in fields { visit(child, "\(path).\(key)", sent) }
        case .array(let items):
            if items.isEmpty { lines[path] = "[]" }
            for (index, item) in Self.ordered(items, path).enumerated() {
                if path == ".groups", Self.isOfASupervisor(item["name"]?.stringValue ?? "") { continue }
                visit(item, "\(path)[\(Self.identity(item, path) ?? String(index))]", sent)
            }
        case .string(let text): lines[path] = "\"\(Self.stable(text, path, sent))\""
        case .int(let number):
            lines[path] =
                path.hasSuffix(".nodePort") && !sent.contains(String(number)) ? "<port>" : String(number)
        case .null, .bool, .double: lines[path] = JSONWriter.text(value)
        }
    }

    /// Groups a Supervisor adds to those of plain Kubernetes.
    private static func isOfASupervisor(_ group: String) -> Bool {
        group.hasSuffix("vmware.com") || group == "cert-manager.io" || group == "projectcontour.io"
    }

    /// Lists of discovery are compared entry by entry: another server may serve more.
    private static func identity(_ item: Value, _ path: String) -> String? {
        path == ".resources" || path == ".groups" ? item["name"]?.stringValue : nil
    }

    /// Causes, conditions and managers come in the order of Go maps or of the times of concurrent writers.
    private static func ordered(_ items: [Value], _ path: String) -> [Value] {
        let key: (Value) -> String
        switch path.split(separator: ".").last {
        case "causes":
            key = {
                "\($0["field"]?.stringValue ?? "") \($0["reason"]?.stringValue ?? "") \($0["message"]?.stringValue ?? "")"
            }
        case "conditions": key = { $0["type"]?.stringValue ?? "" }
        case "managedFields":
            key = {
                manager($0["manager"]?.stringValue ?? "") + ($0["subresource"]?.stringValue ?? "")
                    + ($0["operation"]?.stringValue ?? "")
            }
        default: return items
        }
        return items.map { (key($0), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// The recording's binaries had short names.
    private static func manager(_ name: String) -> String {
        ["kcm": "kube-controller-manager", "ksched": "kube-scheduler", "kas": "kube-apiserver"][name] ?? name
    }

    private static func stable(_ text: String, _ path: String, _ sent: String) -> String {
        let key = path.split(separator: ".").last.map(String.init) ?? ""
        switch key {
        case "uid": return "<uid>"
        case "resourceVersion", "continue": return sent.contains("\"\(text)\"") ? text : "<rv>"
        case "manager": return manager(text)
        case "currentRevision", "updateRevision": return "<revision>"
        case "message": return firstLine(text, path)
        default: break
        }
        var line = text
        if line.wholeMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/) != nil { return "<time>" }
        line = line.replacing(/kube-api-access-[a-z0-9]{5}/, with: "kube-api-access-<suffix>")
        if path.contains(".cells["), line.wholeMatch(of: /([0-9]+[dhms])+/) != nil { return "<age>" }
        line = line.replacing(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/, with: "<uid>")
        if line.wholeMatch(of: /10\.96\.[0-9]+\.[0-9]+/) != nil, !sent.contains(line) { return "<address>" }
        return line
    }

    /// A message's first line: a real server's diffs and struct dumps below and behind it are unstable. Several causes
    /// of a custom resource come in the order of a Go map, so the list in the message is left to the causes.
    private static func firstLine(_ text: String, _ path: String) -> String {
        var line = text.split(separator: "\n", omittingEmptySubsequences: false).first.map(String.init) ?? ""
        if let dump = line.firstRange(of: "core.PodTemplateSpec{") {
            line = String(line[..<dump.upperBound]) + "…: field is immutable"
        }
        if path == ".message", let list = line.firstRange(of: "is invalid: [") {
            line = String(line[..<list.upperBound])
        }
        line = line.replacing(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/, with: "<uid>")
        line = line.replacing(/-[a-z0-9]{8,10}"/, with: "-<hash>\"")
        line = line.replacing(/record \([0-9]+\)/, with: "record (<rv>)")
        line = line.replacing(/current: [0-9]+/, with: "current: <rv>")
        line = line.replacing(/resource version: 1 \([0-9]+\)/, with: "resource version: 1 (<rv>)")
        return line
    }
}

import FleetModel
import ResourceModel
import SupervisorCluster
import TestSupport

/// One recorded request and what a real API server answered.
struct RecordedReply {
    var name: String
    var request: Value
    var status: Int
    var response: Value
    var headers: [String: String]

    static func isPresent(_ profile: ServerProfile) -> Bool {
        TestData.exists("kubernetes-replies/\(profile.rawValue)")
    }

    init(_ name: String, _ profile: ServerProfile) throws {
        // The two recordings chose different names for one namespace.
        let text = try TestData.text("kubernetes-replies/\(profile.rawValue)/\(name).json")
            .replacing("r47210", with: "r47016")
        let value = try JSONReader.read(text)
        self.name = name
        request = value["request"] ?? .null
        status = Int(value["status"]?.intValue ?? 0)
        response = value["response"] ?? .null
        headers = value.stringMap("headers")
    }

    func apiRequest(authorization: String? = nil) -> APIRequest {
        var headers: [String: String] = [:]
        if let type = request["contentType"]?.stringValue { headers["content-type"] = type }
        if let accept = request["accept"]?.stringValue { headers["accept"] = accept }
        if let authorization, !authorization.isEmpty { headers["authorization"] = authorization }
        var body: [UInt8] = []
        switch request["body"] {
        case .string(let text): body = Array(text.utf8)
        case .object, .array: body = JSONWriter.bytes(request["body"] ?? .null)
        default: break
        }
        return APIRequest(
            method: request["method"]?.stringValue ?? "GET", target: request["path"]?.stringValue ?? "/",
            headers: headers, body: body)
    }

    /// What matters of a reply: status, reason, message and causes, each up to the first line break (a real server's
    /// diffs and struct dumps below it are unstable) and with uids and revisions made equal.
    static func essence(_ status: Int, _ body: Value) -> String {
        guard body.kind == "Status" else { return "\(status) \(body.kind)" }
        if body["status"] == "Success" { return "\(status) Success" }
        let causes = (body[at: "details", "causes"]?.arrayValue ?? []).map { cause in
            let reason = cause["reason"]?.stringValue ?? ""
            return "\(reason) @\(cause["field"]?.stringValue ?? "") \(firstLine(cause["message"]?.stringValue ?? ""))"
        }
        // Several causes of a custom resource come in the order of a Go map; the message only lists them.
        let message = firstLine(body["message"]?.stringValue ?? "")
        var lines = ["\(status) \(body["reason"]?.stringValue ?? "-")"]
        lines.append(
            status == 422 && causes.count > 1 ? String(message.prefix { $0 != "[" }) : message)
        lines += causes.sorted()
        for key in ["name", "group", "kind"] {
            if let text = body[at: "details", key]?.stringValue { lines.append("\(key)=\(text)") }
        }
        return lines.joined(separator: "\n")
    }

    private static func firstLine(_ text: String) -> String {
        var line = text.split(separator: "\n", omittingEmptySubsequences: false).first.map(String.init) ?? ""
        if let dump = line.firstRange(of: "core.PodTemplateSpec{") {
            line = String(line[..<dump.upperBound]) + "…: field is immutable"
        }
        // Uids, and the numbers of revisions in parentheses or after "current:".
        line = line.replacing(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/, with: "<uid>")
        line = line.replacing(/record \([0-9]+\)/, with: "record (<rv>)")
        return line.replacing(/current: [0-9]+/, with: "current: <rv>")
    }
}

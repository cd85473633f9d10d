internal import FleetModel
internal import ResourceModel

/// Where a webhook is, and whether its conditions let it be asked.
extension ClusterState {
    enum WebhookPlace {
        case url(String)
        /// Simulated pods stand behind it: they admit everything.
        case nobody
        /// Why it cannot be asked, in the words of the API server's service resolver.
        case unreachable(String)
    }

    func mappedURL(_ webhook: Value) -> String? {
        guard !settings.webhookServices.isEmpty, let service = webhook[at: "clientConfig", "service"] else {
            return nil
        }
        return settings.webhookServices["\(service.textAt("namespace"))/\(service.textAt("name"))"]
    }

    func place(of webhook: Value) -> WebhookPlace {
        let seconds = webhook["timeoutSeconds"]?.intValue ?? 10
        if webhook[at: "clientConfig", "url"] != nil { return .url(Self.address(webhook)) }
        let reference = webhook[at: "clientConfig", "service"] ?? [:]
        let name = reference.textAt("name")
        let namespace = reference.textAt("namespace")
        guard let service = object(resource("Service"), namespace: namespace, name: name) else {
            return .unreachable("service \"\(name)\" not found")
        }
        if let base = mappedURL(webhook) {
            let path = reference.textAt("path")
            let slash = path.isEmpty || path.hasPrefix("/") ? "" : "/"
            return .url("\(base)\(slash)\(path.isEmpty ? "/" : path)?timeout=\(seconds)s")
        }
        guard service.textAt("spec", "type") != "ExternalName" else { return .nobody }
        let port = reference.intAt("port") ?? 443
        guard service.itemsAt("spec", "ports").contains(where: { $0.intAt("port") == port }) else {
            return .unreachable("no service port \(port) found for service \"\(name)\"")
        }
        let endpoints = object(resource("Endpoints"), namespace: namespace, name: name)
        guard (endpoints?.itemsAt("subsets") ?? []).contains(where: { !$0.itemsAt("addresses").isEmpty }) else {
            return .unreachable("no endpoints available for service \"\(name)\"")
        }
        return .nobody
    }

    // MARK: Conditions

    private static let names = ["object", "oldObject", "request"]

    /// `matchConditions`, which servers know since 1.27: one that is false lets the request pass unasked.
    func meetsConditions(_ webhook: Value, _ question: WebhookQuestion) throws(APIStatus) -> Bool {
        let conditions = webhook["matchConditions"]?.arrayValue ?? []
        guard !conditions.isEmpty else { return true }
        let request = admissionRequest(question, identifier: "")
        var failures: [String] = []
        for condition in conditions {
            let source = condition.textAt("expression")
            do throws(CELError) {
                var evaluator = CELEvaluator([
                    "object": question.object ?? .null, "oldObject": question.old ?? .null, "request": request,
                ])
                guard try evaluator.truth(CELParser.parse(source, names: Self.names)) else { return false }
            } catch {
                failures.append("expression '\(source)' resulted in error: \(error.text(of: source))")
            }
        }
        guard !failures.isEmpty else { return true }
        if webhook.textAt("failurePolicy") == "Ignore" { return false }
        let subject = question.object ?? question.old ?? [:]
        let text = failures.count == 1 ? failures[0] : "[\(failures.joined(separator: ", "))]"
        throw .forbidden(question.resource, subject.objectName, text)
    }

    /// Conditions that cannot be read: refused, so that none is stored that would never be looked at.
    static func unreadableConditions(_ webhook: Value, _ path: String) -> [FieldViolation] {
        var found: [FieldViolation] = []
        for (index, condition) in webhook.itemsAt("matchConditions").enumerated() {
            let here = "\(path).matchConditions[\(index)]"
            if condition.textAt("name").isEmpty { found.append(.required("\(here).name")) }
            let source = condition.textAt("expression")
            guard !source.isEmpty else {
                found.append(.required("\(here).expression"))
                continue
            }
            do throws(CELError) {
                _ = try CELParser.parse(source, names: names)
            } catch {
                found.append(
                    .invalid(
                        "\(here).expression", "\"\(source)\"", "compilation failed: \(error.text(of: source))"))
            }
        }
        return found
    }

    /// Older servers do not know the field: it is dropped, and told of as any unknown one.
    static func dropConditions(_ object: inout Value, _ resource: ResourceDefinition) -> [String] {
        guard resource.group == "admissionregistration.k8s.io", var webhooks = object["webhooks"]?.arrayValue else {
            return []
        }
        var unknown: [String] = []
        for index in webhooks.indices where webhooks[index]["matchConditions"] != nil {
            webhooks[index]["matchConditions"] = nil
            unknown.append("webhooks[\(index)].matchConditions")
        }
        if !unknown.isEmpty { object["webhooks"] = .array(webhooks) }
        return unknown
    }
}

internal import FleetModel
internal import ResourceModel

/// Admission webhooks: who is asked, what, and what their answers do.
///
/// The state asks nobody itself. A request that needs an answer it has not got ends with `pendingWebhook` on a copy of
/// the state; it is handled again, on the state as it is then, once the answer is there. What stands behind a Service
/// is asked when the settings say where it is; else its pods admit everything once they are ready, and before that the
/// call fails as on a real server. Nobody is asked about what the controllers write.
extension ClusterState {
    /// Whether any webhook is there that somebody else has to be asked for.
    package var hasWebhookURLs: Bool {
        ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"].contains { kind in
            objects(resource(kind, group: "admissionregistration.k8s.io"), namespace: nil).contains { configuration in
                (configuration["webhooks"]?.arrayValue ?? []).contains {
                    $0[at: "clientConfig", "url"] != nil || mappedURL($0) != nil
                }
            }
        }
    }

    enum WebhookPhase: String {
        case mutating = "MutatingWebhookConfiguration"
        case validating = "ValidatingWebhookConfiguration"
    }

    /// What a write is about, for those who are asked.
    struct WebhookQuestion {
        var resource: ResourceDefinition
        var operation: String
        var object: Value?
        var old: Value?
        var isDryRun = false
    }

    /// Asks the webhooks of a phase; `question.object` is what they made of it. Returns their warnings.
    mutating func askWebhooks(_ phase: WebhookPhase, _ question: inout WebhookQuestion) throws(APIStatus) -> [String] {
        guard webhookCaller != nil, question.resource.group != "admissionregistration.k8s.io" else { return [] }
        var warnings: [String] = []
        for configuration in objects(
            resource(phase.rawValue, group: "admissionregistration.k8s.io"), namespace: nil)
        {
            for webhook in configuration["webhooks"]?.arrayValue ?? [] {
                guard let subject = question.object ?? question.old,
                    asks(webhook, subject, question.resource, question.operation),
                    try meetsConditions(webhook, question)
                else { continue }
                let key = "\(phase.rawValue)/\(configuration.objectName)/\(webhook["name"]?.stringValue ?? "")"
                let answered: (call: WebhookCall, answer: WebhookAnswer)
                switch place(of: webhook) {
                case .nobody: continue
                case .unreachable(let why): answered = (call(webhook, key, "", question), .failure(why))
                case .url(let url):
                    guard let answers = webhookAnswers else { continue }
                    guard let known = answers[key] else {
                        pendingWebhook = call(webhook, key, url, question)
                        throw APIStatus(500, "InternalError", "a webhook has not been asked")
                    }
                    answered = known
                }
                warnings += try apply(answered, webhook, phase, &question)
            }
        }
        return warnings
    }

    // MARK: Questions

    private func call(
        _ webhook: Value, _ key: String, _ url: String, _ question: WebhookQuestion
    ) -> WebhookCall {
        // A rehearsal of the entropy: what follows takes the same names whether or not somebody was asked.
        var entropy = entropy
        let identifier = entropy.uid()
        let versions = (webhook["admissionReviewVersions"]?.arrayValue ?? []).compactMap(\.stringValue)
        let version = versions.first { ["v1", "v1beta1"].contains($0) } ?? "v1"
        let review: Value = [
            "kind": "AdmissionReview", "apiVersion": .string("admission.k8s.io/\(version)"),
            "request": admissionRequest(question, identifier: identifier),
        ]
        let service = webhook[at: "clientConfig", "service"]
        return WebhookCall(
            key: key, url: url, shownURL: Self.address(webhook),
            serverName: service.map { "\($0.textAt("name")).\($0.textAt("namespace")).svc" },
            authorityPEM: webhook[at: "clientConfig", "caBundle"]?.stringValue.flatMap(Base64.decode),
            timeout: .seconds(webhook["timeoutSeconds"]?.intValue ?? 10), body: JSONWriter.bytes(review),
            identifier: identifier)
    }

    /// `request` of an AdmissionReview.
    func admissionRequest(_ question: WebhookQuestion, identifier: String) -> Value {
        let resource = question.resource
        let subject = question.object ?? question.old ?? [:]
        let kind: Value = [
            "group": .string(resource.group), "version": .string(resource.version), "kind": .string(resource.kind),
        ]
        let plural: Value = [
            "group": .string(resource.group), "version": .string(resource.version),
            "resource": .string(resource.plural),
        ]
        let optionKinds = ["CREATE": "CreateOptions", "UPDATE": "UpdateOptions", "DELETE": "DeleteOptions"]
        var request: Value = [
            "uid": .string(identifier), "kind": kind, "resource": plural, "requestKind": kind,
            "requestResource": plural, "name": .string(subject.objectName), "operation": .string(question.operation),
            "userInfo": userInfo(webhookCaller ?? .anonymous), "object": question.object ?? .null,
            "oldObject": question.old ?? .null, "dryRun": .bool(question.isDryRun),
            "options": ["kind": .string(optionKinds[question.operation] ?? ""), "apiVersion": "meta.k8s.io/v1"],
        ]
        if resource.isNamespaced { request["namespace"] = .string(subject.objectNamespace) }
        return request
    }

    // MARK: Answers

    private func apply(
        _ answered: (call: WebhookCall, answer: WebhookAnswer), _ webhook: Value, _ phase: WebhookPhase,
        _ question: inout WebhookQuestion
    ) throws(APIStatus) -> [String] {
        let response: Value
        do throws(CallFailure) {
            response = try Self.response(answered)
        } catch {
            if webhook["failurePolicy"]?.stringValue == "Ignore" { return [] }
            let name = webhook["name"]?.stringValue ?? ""
            throw APIStatus(
                500, "InternalError",
                "Internal error occurred: failed calling webhook \"\(name)\": \(error.why)"
            )
        }
        guard response["allowed"]?.boolValue ?? false else {
            throw Self.denial(webhook["name"]?.stringValue ?? "", response["status"] ?? [:])
        }
        if phase == .mutating, let text = response["patch"]?.stringValue, let object = question.object {
            guard let bytes = Base64.decode(text), let patch = try? JSONReader.read(bytes),
                let patched = try? JSONPatch.apply(patch, to: object)
            else {
                throw APIStatus(
                    500, "InternalError",
                    "Internal error occurred: the patch of webhook \"\(webhook["name"]?.stringValue ?? "")\" cannot be "
                        + "applied")
            }
            question.object = patched
        }
        return (response["warnings"]?.arrayValue ?? []).compactMap(\.stringValue)
    }

    private struct CallFailure: Error {
        var why: String
    }

    private static func response(
        _ answered: (call: WebhookCall, answer: WebhookAnswer)
    ) throws(CallFailure) -> Value {
        func invalid(_ why: String) -> CallFailure {
            CallFailure(why: "received invalid webhook response: \(why)")
        }
        switch answered.answer {
        case .failure(let why):
            throw CallFailure(why: "failed to call webhook: Post \"\(answered.call.shownURL)\": \(why)")
        case .reply(let status, let body):
            guard (200..<300).contains(status) else {
                throw CallFailure(why: "failed to call webhook: \(refusal(status, body))")
            }
            guard let review = try? JSONReader.read(body) else {
                throw CallFailure(why: "failed to call webhook: couldn't get version/kind; json parse error")
            }
            guard let response = review["response"], response.objectValue != nil else {
                throw invalid("webhook response was absent")
            }
            let uid = response["uid"]?.stringValue ?? ""
            // v1beta1 need not repeat it.
            guard uid == answered.call.identifier || review.apiVersion.hasSuffix("v1beta1") else {
                throw invalid("expected response.uid=\"\(answered.call.identifier)\", got \"\(uid)\"")
            }
            if response["patch"] != nil, response["patchType"]?.stringValue != "JSONPatch",
                !review.apiVersion.hasSuffix("v1beta1")
            {
                throw invalid("webhook returned response.patch but not response.patchType")
            }
            return response
        }
    }

    /// What client-go makes of a status.
    private static func refusal(_ status: Int, _ body: [UInt8]) -> String {
        switch status {
        case 401: "the server has asked for the client to provide credentials"
        case 404: "the server could not find the requested resource"
        case 405: "the server does not allow this method on the requested resource"
        case 429: "the server has received too many requests and has asked us to try again later"
        case 503: "the server is currently unable to handle the request"
        case 504:
            "the server was unable to return a response in the time allotted, but may still be processing the "
                + "request"
        case 500...:
            "an error on the server (\(JSONWriter.text(.string(String(decoding: body.prefix(2048), as: UTF8.self))))) "
                + "has prevented the request from succeeding"
        default: "the server rejected our request for an unknown reason"
        }
    }

    /// `ToStatusErr` of the API server.
    private static func denial(_ name: String, _ status: Value) -> APIStatus {
        let text = [status["message"], status["reason"]].compactMap { $0?.stringValue }.first { !$0.isEmpty }
        let tail = text.map { ": \($0)" } ?? " without explanation"
        let code = status["code"]?.intValue ?? 0
        return APIStatus(
            max(400, Int(clamping: code)), status["reason"]?.stringValue ?? "",
            "admission webhook \"\(name)\" denied the request\(tail)")
    }
}

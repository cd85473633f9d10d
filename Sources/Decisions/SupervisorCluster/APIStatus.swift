package import ResourceModel

/// A refusal of the API server: a `Status` object with Kubernetes' code, reason, message and causes.
package struct APIStatus: Error, Hashable, Sendable, CustomStringConvertible {
    package struct Cause: Hashable, Sendable {
        package var reason: String
        package var message: String
        package var field: String

        package init(reason: String, message: String, field: String) {
            self.reason = reason
            self.message = message
            self.field = field
        }
    }

    package var code: Int
    package var reason: String
    package var message: String
    package var details: Value?
    /// Answered as text without a Status object (the mux's own 404).
    package var isPlainText = false
    /// Refused by the authorizer, whose replies forbid browsers to guess their type.
    package var isAccessRefusal = false
    /// Where a list whose revision is gone may go on, inconsistently (410).
    package var continueToken: String?

    package init(_ code: Int, _ reason: String, _ message: String, details: Value? = nil) {
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details
    }

    package var description: String { message }

    package var object: Value {
        var status: [String: Value] = [
            "kind": "Status", "apiVersion": "v1", "metadata": .object([:]), "status": "Failure",
            "message": .string(message), "code": .int(Int64(code)),
        ]
        if !reason.isEmpty { status["reason"] = .string(reason) }
        if let details { status["details"] = details }
        return .object(status)
    }

    package var response: APIResponse {
        if isPlainText { return .text(message, status: code) }
        var headers: [APIResponse.Header] = []
        if isAccessRefusal { headers.append(.init("X-Content-Type-Options", "nosniff")) }
        if let seconds = details?["retryAfterSeconds"]?.intValue {
            headers.append(.init("Retry-After", String(seconds)))
        }
        var object = object
        if let token = continueToken { object["metadata"] = ["continue": .string(token)] }
        return .json(object, status: code, headers: headers)
    }
}

/// The refusals by name, with Kubernetes' texts.
extension APIStatus {
    static var pageNotFound: APIStatus {
        var status = APIStatus(404, "NotFound", "404 page not found\n")
        status.isPlainText = true
        return status
    }

    static func badRequest(_ message: String) -> APIStatus { APIStatus(400, "BadRequest", message) }

    static func notFound(_ resource: ResourceDefinition, _ name: String) -> APIStatus {
        APIStatus(
            404, "NotFound", "\(resource.qualifiedPlural) \"\(name)\" not found",
            details: resource.details(name: name))
    }

    static func alreadyExists(_ resource: ResourceDefinition, _ name: String) -> APIStatus {
        APIStatus(
            409, "AlreadyExists", "\(resource.qualifiedPlural) \"\(name)\" already exists",
            details: resource.details(name: name))
    }

    static func forbidden(_ resource: ResourceDefinition, _ name: String, _ why: String) -> APIStatus {
        let subject = name.isEmpty ? resource.qualifiedPlural : "\(resource.qualifiedPlural) \"\(name)\""
        return APIStatus(
            403, "Forbidden", "\(subject) is forbidden: \(why)", details: resource.details(name: name))
    }

    static func conflict(_ resource: ResourceDefinition, _ name: String, _ why: String) -> APIStatus {
        APIStatus(
            409, "Conflict", "Operation cannot be fulfilled on \(resource.qualifiedPlural) \"\(name)\": \(why)",
            details: resource.details(name: name))
    }

    /// The optimistic lock failed.
    static func modified(_ resource: ResourceDefinition, _ name: String) -> APIStatus {
        conflict(
            resource, name,
            "the object has been modified; please apply your changes to the latest version and try again")
    }

    static var methodNotAllowed: APIStatus {
        APIStatus(
            405, "MethodNotAllowed", "the server does not allow this method on the requested resource",
            details: .object([:]))
    }

    static func invalid(_ resource: ResourceDefinition, _ name: String, _ violations: [FieldViolation]) -> APIStatus {
        invalid(kind: resource.kind, group: resource.group, name, violations)
    }

    /// 422 with one cause per violation; several are listed in brackets.
    static func invalid(kind: String, group: String, _ name: String, _ violations: [FieldViolation]) -> APIStatus {
        // Equal texts are said once in the message, while each keeps its cause (field.ErrorList.ToAggregate).
        var texts: [String] = []
        for violation in violations where !texts.contains(violation.description) { texts.append(violation.description) }
        let list = texts.count == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]"
        let qualified = group.isEmpty ? kind : "\(kind).\(group)"
        var details: [String: Value] = ["kind": .string(kind), "causes": .array(violations.map(\.cause))]
        if !name.isEmpty { details["name"] = .string(name) }
        if !group.isEmpty { details["group"] = .string(group) }
        return APIStatus(
            422, "Invalid", "\(qualified) \"\(name)\" is invalid: \(list)", details: .object(details))
    }
}

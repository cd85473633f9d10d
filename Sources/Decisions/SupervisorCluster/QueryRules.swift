internal import ResourceModel

/// The options a request carries in its query (apimachinery `ValidateListOptions`, `ValidateCreateOptions` and so on).
enum QueryRules {
    static func check(_ call: APICall, verb: String, profile: ServerProfile) throws(APIStatus) {
        for name in ["limit", "timeoutSeconds", "gracePeriodSeconds"] {
            guard let text = call.request.parameter(name), !text.isEmpty else { continue }
            guard Int64(text) != nil else {
                let isNumber = text.utf8.allSatisfy { (0x30...0x39).contains($0) }
                throw .badRequest(
                    "strconv.ParseInt: parsing \(JSONWriter.text(.string(text))): "
                        + (isNumber ? "value out of range" : "invalid syntax"))
            }
        }
        switch verb {
        case "list", "watch", "deletecollection":
            try refuse("ListOptions", verb == "watch" ? watch(call, profile) : list(call))
        case "create": try refuse("CreateOptions", writing(call, profile))
        case "update": try refuse("UpdateOptions", writing(call, profile))
        case "patch": try refuse("PatchOptions", writing(call, profile) + patching(call))
        default: break
        }
    }

    private static func refuse(_ kind: String, _ found: [FieldViolation]) throws(APIStatus) {
        guard !found.isEmpty else { return }
        throw .invalid(kind: kind, group: "meta.k8s.io", "", found)
    }

    private static func match(_ call: APICall) -> String { call.request.parameter("resourceVersionMatch") ?? "" }

    private static func list(_ call: APICall) -> [FieldViolation] {
        var found: [FieldViolation] = []
        let match = match(call)
        if !match.isEmpty { found += matching(call, match) }
        if call.request.parameter("sendInitialEvents") != nil {
            found.append(.forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"))
        }
        return found
    }

    private static func matching(_ call: APICall, _ match: String) -> [FieldViolation] {
        let field = "resourceVersionMatch"
        var found: [FieldViolation] = []
        let revision = call.request.parameter("resourceVersion") ?? ""
        if revision.isEmpty {
            found.append(.forbidden(field, "resourceVersionMatch is forbidden unless resourceVersion is provided"))
        }
        if !(call.request.parameter("continue") ?? "").isEmpty {
            found.append(.forbidden(field, "resourceVersionMatch is forbidden when continue is provided"))
        }
        if match != "Exact", match != "NotOlderThan" {
            found.append(.unsupported(field, match, ["Exact", "NotOlderThan", ""]))
        }
        if match == "Exact", revision == "0" {
            found.append(
                .forbidden(field, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""))
        }
        return found
    }

    private static func watch(_ call: APICall, _ profile: ServerProfile) -> [FieldViolation] {
        let field = "resourceVersionMatch"
        let match = match(call)
        let sendsInitial = call.request.parameter("sendInitialEvents") != nil
        if profile == .kubernetes125 {
            // The parameter came later; 1.25 does not know it.
            guard !match.isEmpty else { return [] }
            return [.forbidden(field, "resourceVersionMatch is forbidden for watch")] + matching(call, match)
        }
        var found: [FieldViolation] = []
        if sendsInitial, match != "NotOlderThan" {
            found.append(
                .forbidden(field, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"))
        }
        guard !match.isEmpty else { return found }
        if !sendsInitial {
            found.append(
                .forbidden(field, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"))
        }
        if match != "NotOlderThan" { found.append(.unsupported(field, match, ["NotOlderThan"])) }
        if !(call.request.parameter("continue") ?? "").isEmpty {
            found.append(.forbidden(field, "resourceVersionMatch is forbidden when continue is provided"))
        }
        return found
    }

    private static func writing(_ call: APICall, _ profile: ServerProfile) -> [FieldViolation] {
        var found: [FieldViolation] = []
        for item in call.request.query where item.name == "dryRun" && item.value != "All" {
            found.append(.unsupported("dryRun", item.value, ["All"]))
        }
        if let manager = call.request.parameter("fieldManager") {
            if manager.utf8.count > 128 {
                let text = profile == .kubernetes125 ? "must have at most 128 bytes" : "may not be more than 128 bytes"
                found.append(FieldViolation(.tooLong, "fieldManager", "Too long: \(text)"))
            }
            if manager.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
                found.append(
                    .invalid(
                        "fieldManager", JSONWriter.text(.string(manager)), "should only contain printable characters"))
            }
        }
        if let level = call.request.parameter("fieldValidation"), !["", "Ignore", "Strict", "Warn"].contains(level) {
            found.append(.unsupported("fieldValidation", level, ["", "Ignore", "Strict", "Warn"]))
        }
        return found
    }

    private static func patching(_ call: APICall) -> [FieldViolation] {
        guard call.contentType != "application/apply-patch+yaml", call.request.parameter("force") != nil else {
            return []
        }
        return [.forbidden("force", "may not be specified for non-apply patch")]
    }
}

/// What a list or watch is restricted to.
package struct ListOptions: Hashable, Sendable {
    package var labelSelector: String?
    package var fieldSelector: String?
    /// Objects a page; the client follows `continue` by itself.
    package var pageSize: Int

    package init(labelSelector: String? = nil, fieldSelector: String? = nil, pageSize: Int = 500) {
        self.labelSelector = labelSelector
        self.fieldSelector = fieldSelector
        self.pageSize = pageSize
    }

    var selectors: [(String, String)] {
        var items: [(String, String)] = []
        if let labelSelector { items.append(("labelSelector", labelSelector)) }
        if let fieldSelector { items.append(("fieldSelector", fieldSelector)) }
        return items
    }
}

/// How a write is done.
package struct WriteOptions: Hashable, Sendable {
    /// The server decides and validates but stores nothing (`dryRun=All`).
    package var dryRun: Bool
    package var fieldManager: String?
    /// `Strict`, `Warn` or `Ignore`.
    package var fieldValidation: String?
    /// Server-side apply only: take over fields of other managers.
    package var force: Bool

    package init(
        dryRun: Bool = false, fieldManager: String? = nil, fieldValidation: String? = nil, force: Bool = false
    ) {
        self.dryRun = dryRun
        self.fieldManager = fieldManager
        self.fieldValidation = fieldValidation
        self.force = force
    }

    var items: [(String, String)] {
        var items: [(String, String)] = []
        if dryRun { items.append(("dryRun", "All")) }
        if let fieldManager { items.append(("fieldManager", fieldManager)) }
        if let fieldValidation { items.append(("fieldValidation", fieldValidation)) }
        return items
    }
}

/// The content types of PATCH.
package enum PatchType: String, Sendable, CaseIterable {
    case json = "application/json-patch+json"
    case merge = "application/merge-patch+json"
    /// Built-in kinds only; custom resources answer 415.
    case strategicMerge = "application/strategic-merge-patch+json"
    /// Server-side apply; needs a field manager.
    case apply = "application/apply-patch+yaml"
}

/// Kubernetes DeleteOptions.
package struct DeleteOptions: Hashable, Sendable {
    package enum Propagation: String, Sendable {
        case background = "Background", foreground = "Foreground", orphan = "Orphan"
    }

    package var propagation: Propagation
    /// Refuses (409) when the object is another one of the same name.
    package var uid: String?
    package var resourceVersion: String?
    package var gracePeriodSeconds: Int?
    package var dryRun: Bool

    package init(
        propagation: Propagation = .background, uid: String? = nil, resourceVersion: String? = nil,
        gracePeriodSeconds: Int? = nil, dryRun: Bool = false
    ) {
        self.propagation = propagation
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.gracePeriodSeconds = gracePeriodSeconds
        self.dryRun = dryRun
    }
}

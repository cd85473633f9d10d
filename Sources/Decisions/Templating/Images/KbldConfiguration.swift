internal import ResourceModel

/// kbld's configuration documents (`kbld.k14s.io/v1alpha1`), as far as they mean something without a registry.
///
/// Source: kbld's documentation of `Config`, and its older kinds `ImageOverrides`, `ImageKeys` and
/// `ImageDestinations`.
struct KbldConfiguration: Sendable {
    /// Another image in place of one that manifests name.
    struct Override: Sendable {
        var reference: ImageMatch
        var newImage: String
        var isPreresolved: Bool
    }

    private(set) var overrides: [Override] = []
    /// In the order in which they are tried; the rule for `image:` comes after them.
    private(set) var rules: [ImageSearchRule] = []

    mutating func add(_ other: KbldConfiguration) {
        overrides += other.overrides
        rules += other.rules
    }

    /// The first override that fits.
    func override(of reference: String) -> Override? { overrides.first { $0.reference.fits(reference) } }

    /// Takes up a document of kbld; false when it is something else.
    mutating func take(_ document: Value) throws(TemplateError) -> Bool {
        let kinds: Set<String> = ["Config", "Sources", "ImageOverrides", "ImageDestinations", "ImageKeys"]
        guard document["apiVersion"]?.stringValue == "kbld.k14s.io/v1alpha1",
            let kind = document["kind"]?.stringValue, kinds.contains(kind)
        else { return false }
        // Destinations are where built images go to.
        let known: Set<String> = [
            "apiVersion", "kind", "metadata", "minimumRequiredVersion", "overrides", "keys", "searchRules",
            "destinations",
        ]
        for (key, value) in (document.objectValue ?? [:]).sorted(by: { $0.key < $1.key })
        where !known.contains(key) && !value.isNull && value != .array([]) {
            throw TemplateError(
                "kbld's \(kind) has '\(key)', which is not supported: images are not built here; "
                    + "build them before, and lock them in .imgpkg/images.yml")
        }
        for item in document["overrides"]?.arrayValue ?? [] { try takeOverride(item) }
        // In one document keys come before search rules.
        for key in document["keys"]?.arrayValue ?? [] { rules.append(ImageSearchRule(name: key.stringValue ?? "")) }
        for rule in document["searchRules"]?.arrayValue ?? [] { rules.append(try ImageSearchRule(rule)) }
        return true
    }

    private mutating func takeOverride(_ item: Value) throws(TemplateError) {
        guard let reference = ImageMatch(item) else {
            throw TemplateError("kbld: expected an override to have image or imageRepo")
        }
        for key in ["tagSelection", "platformSelection"] where !(item[key] ?? .null).isNull {
            throw TemplateError(
                "kbld: the override of \(reference.text) has \(key), which needs a registry: "
                    + "write newImage with a digest")
        }
        guard let newImage = item["newImage"]?.stringValue, !newImage.isEmpty else {
            throw TemplateError("kbld: expected the override of \(reference.text) to have newImage")
        }
        overrides.append(
            Override(reference: reference, newImage: newImage, isPreresolved: item["preresolved"] == .bool(true)))
    }
}

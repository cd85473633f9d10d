internal import ResourceModel

/// Volume claims that a package makes, and what deletes them with their data.
enum ClaimListing {
    static let owned = "kapp.k14s.io/owned-for-deletion"
    private static let deleteStrategy = "kapp.k14s.io/delete-strategy"

    static func claims(_ documents: [Value]) -> [PackageReview.Claim] {
        documents.flatMap { document -> [PackageReview.Claim] in
            switch document.kind {
            case "PersistentVolumeClaim": return [claim(document, origin: "claim", deletedBy: declared(document))]
            case "StatefulSet":
                return (document[at: "spec", "volumeClaimTemplates"]?.arrayValue ?? []).map { template in
                    claim(
                        template, origin: "template of \(document.shortName)", deletedBy: made(template, by: document))
                }
            default: return []
            }
        }.sorted { ($0.origin, $0.name) < ($1.origin, $1.name) }
    }

    private static func claim(_ object: Value, origin: String, deletedBy: [String]) -> PackageReview.Claim {
        PackageReview.Claim(
            name: object.objectName, size: object[at: "spec", "resources", "requests", "storage"].map(text) ?? "",
            storageClass: object[at: "spec", "storageClassName"]?.stringValue ?? "", origin: origin,
            deletedBy: deletedBy)
    }

    private static func text(_ value: Value) -> String { value.stringValue ?? JSONWriter.text(value) }

    /// A declared claim is an object of the app like any other.
    private static func declared(_ claim: Value) -> [String] {
        if claim.objectAnnotations[deleteStrategy] == "orphan" { return [] }
        return ["uninstall with --delete-data", "a version or values that no longer declare it"]
    }

    /// A claim that a StatefulSet makes stays behind, unless something says otherwise.
    private static func made(_ template: Value, by set: Value) -> [String] {
        var ways: [String] = []
        if template.objectAnnotations[owned] != nil { ways.append("\(owned): kapp deletes it with the service") }
        let policy = set[at: "spec", "persistentVolumeClaimRetentionPolicy"]
        if policy?["whenDeleted"]?.stringValue == "Delete" { ways.append("whenDeleted: Delete of the StatefulSet") }
        if policy?["whenScaled"]?.stringValue == "Delete" { ways.append("whenScaled: Delete of the StatefulSet") }
        return ways
    }
}

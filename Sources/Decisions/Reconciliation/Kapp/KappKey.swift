/// Labels and annotations that kapp writes or obeys (kapp 0.60; docs/reference "Records and labels", "Diff").
package enum KappKey {
    package static let app = "kapp.k14s.io/app"
    package static let association = "kapp.k14s.io/association"
    package static let isApp = "kapp.k14s.io/is-app"
    package static let isAppChange = "kapp.k14s.io/is-app-change"
    package static let appChangeApp = "kapp.k14s.io/app-change-app"
    package static let appChangeAppLabel = "kapp.k14s.io/app-change-app-label"
    package static let appChangesUseAppLabel = "kapp.k14s.io/app-changes-use-app-label"
    package static let identity = "kapp.k14s.io/identity"
    package static let original = "kapp.k14s.io/original"
    package static let originalDiffMD5 = "kapp.k14s.io/original-diff-md5"
    package static let disableOriginal = "kapp.k14s.io/disable-original"

    package static let createStrategy = "kapp.k14s.io/create-strategy"
    package static let updateStrategy = "kapp.k14s.io/update-strategy"
    package static let deleteStrategy = "kapp.k14s.io/delete-strategy"
    package static let exists = "kapp.k14s.io/exists"
    package static let noop = "kapp.k14s.io/noop"
    package static let nonce = "kapp.k14s.io/nonce"
    package static let ownedForDeletion = "kapp.k14s.io/owned-for-deletion"

    package static let versioned = "kapp.k14s.io/versioned"
    package static let versionedKeepOriginal = "kapp.k14s.io/versioned-keep-original"
    package static let versionedExplicitReference = "kapp.k14s.io/versioned-explicit-ref"
    package static let numVersions = "kapp.k14s.io/num-versions"

    package static let changeGroup = "kapp.k14s.io/change-group"
    package static let changeRule = "kapp.k14s.io/change-rule"
    package static let disableDefaultChangeRules = "kapp.k14s.io/disable-default-change-group-and-rules"
    package static let disableDefaultOwnershipLabels = "kapp.k14s.io/disable-default-ownership-label-rules"
    package static let disableDefaultLabelScoping = "kapp.k14s.io/disable-default-label-scoping-rules"
    package static let disableLabelScoping = "kapp.k14s.io/disable-label-scoping"
    package static let disableSecretgenRebase = "kapp.k14s.io/disable-default-secretgen-rebase-rules"

    package static let disableWait = "kapp.k14s.io/disable-wait"
    package static let disableAssociatedWait = "kapp.k14s.io/disable-associated-resources-wait"
    package static let minimumReplicasAvailable = "kapp.k14s.io/apps-v1-deployment-wait-minimum-replicas-available"

    package static let deploymentRevision = "deployment.kubernetes.io/revision"
    /// The API server's limit on all annotations of an object; a long `original` is not written (kapp issue 410).
    package static let annotationLimit = 262_144
}

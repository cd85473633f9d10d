/// What changes from one version of a package to another.
package struct PackageComparison: Hashable, Codable, Sendable {
    package struct Renamed: Hashable, Codable, Sendable {
        package var from: String
        package var to: String
    }

    package struct Changed: Hashable, Codable, Sendable {
        package var path: String
        /// Nil: it had none.
        package var old: String?
        package var new: String?
    }

    package struct ImagePair: Hashable, Codable, Sendable {
        package var name: String
        package var old: String?
        package var new: String?
    }

    package struct ObjectChange: Hashable, Codable, Sendable {
        package var object: String
        /// Paths of fields that differ.
        package var fields: [String]
    }

    package struct Immutable: Hashable, Codable, Sendable {
        package var object: String
        package var field: String
        package var old: String
        package var new: String
        /// What happens to it on an upgrade.
        package var consequence: String
    }

    package var service: String
    package var from: String
    package var to: String
    package var valuesAdded: [PackageReview.DataValue] = []
    package var valuesRemoved: [PackageReview.DataValue] = []
    /// A removed and an added value that look like the same one.
    package var valuesRenamed: [Renamed] = []
    package var defaultsChanged: [Changed] = []
    package var typesChanged: [Changed] = []
    package var objectsAdded: [String] = []
    package var objectsRemoved: [String] = []
    package var objectsChanged: [ObjectChange] = []
    /// Side by side, sorted by the image's name.
    package var images: [ImagePair] = []
    package var immutable: [Immutable] = []
    package var constraintsAdded: [String] = []
    package var constraintsRemoved: [String] = []
    /// What the new version's review found that the old one's did not.
    package var newFindings: [PackageReview.Finding] = []

    package init(service: String, from: String, to: String) {
        self.service = service
        self.from = from
        self.to = to
    }

    package var imagesChanged: [ImagePair] { images.filter { $0.old != $0.new } }

    /// In one line, for a registration.
    package var summary: String {
        let values = "+\(valuesAdded.count) -\(valuesRemoved.count) ~\(defaultsChanged.count + typesChanged.count)"
        let renamed = valuesRenamed.isEmpty ? "" : " (\(valuesRenamed.count) renamed)"
        return "values \(values)\(renamed), objects +\(objectsAdded.count) -\(objectsRemoved.count) "
            + "~\(objectsChanged.count), images ~\(imagesChanged.count)"
            + (immutable.isEmpty ? "" : ", immutable fields ~\(immutable.count)")
    }
}

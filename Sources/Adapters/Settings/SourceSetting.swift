internal import FleetModel
internal import ResourceModel

/// One rule of `sources`: which place on this host holds which bundle.
package struct SourceSetting: Hashable, Sendable {
    package enum Match: Hashable, Sendable {
        /// A package, and one version of it or all.
        case package(String, version: String?)
        /// An image reference up to `@`, `:` or `/`.
        case imagePrefix(String)
    }

    package enum Place: Hashable, Sendable {
        case directory(String)
        case ociLayout(String)
    }

    package var match: Match
    package var place: Place

    package init(match: Match, place: Place) {
        self.match = match
        self.place = place
    }

    static let fields = ["package", "version", "image", "directory", "ociLayout"]

    static func read(_ items: [Value]) throws(FleetError) -> [SourceSetting] {
        var sources: [SourceSetting] = []
        for (index, item) in items.enumerated() {
            func field(_ name: String) -> String? {
                switch item[name] {
                case .string(let text)?: text
                case .int(let number)?: String(number)
                case .double(let number)?: String(number)
                default: nil
                }
            }
            let match: Match
            switch (field("package"), field("image")) {
            case (let name?, nil): match = .package(name, version: field("version"))
            case (nil, let image?): match = .imagePrefix(image)
            default: throw refusal(index, "exactly one of package and image says what it serves")
            }
            switch (field("directory"), field("ociLayout")) {
            case (let folder?, nil): sources.append(SourceSetting(match: match, place: .directory(folder)))
            case (nil, let folder?): sources.append(SourceSetting(match: match, place: .ociLayout(folder)))
            default: throw refusal(index, "exactly one of directory and ociLayout says where it is")
            }
        }
        return sources
    }

    private static func refusal(_ index: Int, _ rule: String) -> FleetError {
        FleetError(
            .invalidArgument, "setting sources: item \(index + 1) is not a rule", reason: rule,
            next: "- {package: harbor.example.com, version: 2.6.1, directory: /srv/bundles/harbor}")
    }
}

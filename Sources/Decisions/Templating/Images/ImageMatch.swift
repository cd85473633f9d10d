internal import ResourceModel

/// An image in kbld's configuration: the whole reference, or its repository with any tag and digest.
enum ImageMatch: Sendable {
    case image(String)
    case repository(String)

    /// nil when there is neither `image` nor `imageRepo`.
    init?(_ value: Value) {
        if let image = value["image"]?.stringValue, !image.isEmpty {
            self = .image(image)
        } else if let repository = value["imageRepo"]?.stringValue, !repository.isEmpty {
            self = .repository(repository)
        } else {
            return nil
        }
    }

    var text: String {
        switch self {
        case .image(let text), .repository(let text): text
        }
    }

    func fits(_ reference: String) -> Bool {
        switch self {
        case .image(let image): image == reference
        case .repository(let repository): repository == Self.repository(of: reference)
        }
    }

    /// The reference without `:tag` and `@algorithm:digest`, otherwise as it was written.
    private static func repository(of reference: String) -> Substring {
        var rest = reference[...]
        if let at = rest.firstIndex(of: "@"), rest[at...].contains(":") { rest = rest[..<at] }
        guard let colon = rest.lastIndex(of: ":") else { return rest }
        let tag = rest[rest.index(after: colon)...]
        let fits = tag.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-.".contains($0)) }
        return fits && !tag.isEmpty ? rest[..<colon] : rest
    }
}

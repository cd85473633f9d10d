package import ResourceModel

/// Compares two reviewed versions: pure.
package struct PackageComparer {
    package typealias Reviewed = (review: PackageReview, documents: [Value])

    /// Fields that one changed object is shown with.
    private static let shownFields = 12
    private static let deepest = 64

    private var result: PackageComparison
    private let old: Reviewed
    private let new: Reviewed

    package static func compare(_ old: Reviewed, _ new: Reviewed) -> PackageComparison {
        var comparer = PackageComparer(
            result: PackageComparison(service: new.review.service, from: old.review.version, to: new.review.version),
            old: old, new: new)
        comparer.compareValues()
        comparer.compareObjects()
        comparer.compareImages()
        let (before, after) = (old.review, new.review)
        comparer.result.constraintsAdded = after.constraints.filter { !before.constraints.contains($0) }
        comparer.result.constraintsRemoved = before.constraints.filter { !after.constraints.contains($0) }
        comparer.result.newFindings = after.findings.filter { $0.severity != .info && !before.findings.contains($0) }
        return comparer.result
    }

    private mutating func compareValues() {
        let before = Dictionary(old.review.values.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        let after = Dictionary(new.review.values.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        var added = new.review.values.filter { before[$0.path] == nil }
        var removed = old.review.values.filter { after[$0.path] == nil }
        for value in new.review.values {
            guard let known = before[value.path] else { continue }
            if known.type != value.type {
                result.typesChanged.append(.init(path: value.path, old: known.type, new: value.type))
            } else if known.standard != value.standard {
                result.defaultsChanged.append(.init(path: value.path, old: known.standard, new: value.standard))
            }
        }
        for gone in removed {
            // The same last name, type and default in another place; or in the same place under another name.
            let likely = added.filter { Self.looksLike(gone, $0) }
            guard likely.count == 1, let renamed = likely.first,
                removed.count(where: { Self.looksLike($0, renamed) }) == 1
            else { continue }
            result.valuesRenamed.append(.init(from: gone.path, to: renamed.path))
            added.removeAll { $0.path == renamed.path }
        }
        removed.removeAll { gone in result.valuesRenamed.contains { $0.from == gone.path } }
        result.valuesAdded = added
        result.valuesRemoved = removed
    }

    private static func looksLike(_ one: PackageReview.DataValue, _ other: PackageReview.DataValue) -> Bool {
        guard one.type == other.type, one.standard == other.standard else { return false }
        let (ones, others) = (one.path.split(separator: "."), other.path.split(separator: "."))
        if ones.last == others.last { return true }
        guard ones.dropLast() == others.dropLast(), let first = ones.last, let second = others.last else {
            return false
        }
        func plain(_ name: Substring) -> String { name.lowercased().filter { $0.isLetter || $0.isNumber } }
        return plain(first) == plain(second) || plain(first).contains(plain(second))
            || plain(second).contains(plain(first))
    }

    private mutating func compareObjects() {
        // One that cannot be rendered would make everything look added or removed.
        guard !old.documents.isEmpty, !new.documents.isEmpty else { return }
        let before = Self.byIdentity(old.documents)
        let after = Self.byIdentity(new.documents)
        result.objectsAdded = after.keys.filter { before[$0] == nil }.sorted()
        result.objectsRemoved = before.keys.filter { after[$0] == nil }.sorted()
        for (name, object) in after.sorted(by: { $0.key < $1.key }) {
            guard let known = before[name], known != object else { continue }
            var fields: [String] = []
            Self.differences(known, object, "", 0, &fields)
            let more = fields.count - Self.shownFields
            if more > 0 { fields = fields.prefix(Self.shownFields) + ["… \(more) more"] }
            result.objectsChanged.append(.init(object: name, fields: fields))
            result.immutable += ImmutableFields.changes(known, object)
        }
    }

    private static func byIdentity(_ documents: [Value]) -> [String: Value] {
        Dictionary(
            documents.map { document in
                let place = document.objectNamespace.isEmpty ? "" : " in \(document.objectNamespace)"
                return (document.shortName + place, document)
            }, uniquingKeysWith: { first, _ in first })
    }

    private static func differences(
        _ old: Value, _ new: Value, _ path: String, _ depth: Int, _ fields: inout [String]
    ) {
        guard old != new else { return }
        guard depth < deepest, fields.count < 1_000 else { return fields.append(path) }
        switch (old, new) {
        case (.object(let before), .object(let after)):
            for key in Set(before.keys).union(after.keys).sorted() where before[key] != after[key] {
                let inner = path.isEmpty ? key : "\(path).\(key)"
                guard let one = before[key], let other = after[key] else {
                    fields.append((before[key] == nil ? "+" : "-") + inner)
                    continue
                }
                differences(one, other, inner, depth + 1, &fields)
            }
        case (.array(let before), .array(let after)) where before.count == after.count:
            for index in before.indices {
                differences(before[index], after[index], "\(path)[\(index)]", depth + 1, &fields)
            }
        default: fields.append(path)
        }
    }

    private mutating func compareImages() {
        var pairs: [String: (old: [String], new: [String])] = [:]
        func shown(_ image: PackageReview.Image) -> String {
            image.written.map { "\($0) → \(image.reference)" } ?? image.reference
        }
        for image in old.review.images { pairs[ImageListing.name(image), default: ([], [])].old.append(shown(image)) }
        for image in new.review.images { pairs[ImageListing.name(image), default: ([], [])].new.append(shown(image)) }
        result.images = pairs.sorted { $0.key < $1.key }.flatMap { name, sides in
            let (olds, news) = (sides.old.sorted(), sides.new.sorted())
            return (0..<max(olds.count, news.count)).map { index in
                PackageComparison.ImagePair(
                    name: name, old: index < olds.count ? olds[index] : nil, new: index < news.count ? news[index] : nil
                )
            }
        }
    }
}

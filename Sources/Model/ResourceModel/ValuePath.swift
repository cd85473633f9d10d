package import FleetModel

/// A place in a values tree as a person writes it: `harbor.ports[0].name`; a dot in a key is written `\.`.
package struct ValuePath: Hashable, Sendable, CustomStringConvertible {
    /// Deeper than any schema; bounds what an assignment can build.
    package static let maximumDepth = 64
    /// The highest list index an assignment may name.
    package static let maximumIndex = 1000

    package var steps: [FieldPath.Step]
    package init(_ steps: [FieldPath.Step]) { self.steps = steps }

    package init(_ text: String) throws(FleetError) {
        var steps: [FieldPath.Step] = []
        var key = ""
        var afterIndex = false
        let characters = Array(text)
        var index = 0
        func refuse(_ why: String) -> FleetError {
            FleetError(
                .invalidArgument, "the value path '\(text)' is not one", reason: why,
                next: "write keys with dots and list places in brackets: a.b[0].c")
        }
        while index < characters.count {
            switch characters[index] {
            case "\\" where index + 1 < characters.count:
                key.append(characters[index + 1])
                index += 1
            case ".":
                if key.isEmpty && !afterIndex { throw refuse("an empty key") }
                if !key.isEmpty { steps.append(.key(key)) }
                (key, afterIndex) = ("", false)
            case "[":
                guard let end = characters[index...].firstIndex(of: "]"),
                    let number = Int(String(characters[index + 1..<end])), (0...Self.maximumIndex).contains(number)
                else { throw refuse("a list place must be [0] to [\(Self.maximumIndex)]") }
                if !key.isEmpty { steps.append(.key(key)) }
                guard !key.isEmpty || afterIndex else { throw refuse("a list place without a key before it") }
                steps.append(.index(number))
                (key, afterIndex) = ("", true)
                index = end
            default:
                if afterIndex { throw refuse("expected '.' or '[' after ']'") }
                key.append(characters[index])
            }
            index += 1
        }
        if key.isEmpty && !afterIndex { throw refuse("an empty key") }
        if !key.isEmpty { steps.append(.key(key)) }
        guard steps.count <= Self.maximumDepth else { throw refuse("deeper than \(Self.maximumDepth)") }
        self.steps = steps
    }

    package var description: String {
        var text = ""
        for step in steps {
            switch step {
            case .key(let key):
                let written = key.replacing("\\", with: "\\\\").replacing(".", with: "\\.").replacing("[", with: "\\[")
                text += text.isEmpty ? written : ".\(written)"
            case .index(let index): text += "[\(index)]"
            case .allIndexes: text += "[*]"
            }
        }
        return text
    }
}

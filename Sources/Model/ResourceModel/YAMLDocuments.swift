internal import Yams

/// What is wrong with a YAML text; `line` counts from 1.
package struct YAMLError: Error, Hashable, Sendable, CustomStringConvertible {
    package var message: String
    package var line: Int?
    package init(message: String, line: Int? = nil) {
        self.message = message
        self.line = line
    }
    package var description: String { line.map { "line \($0): \(message)" } ?? message }
}

/// Plain YAML as data (kubeconfig, configuration, Package documents, `kubectl apply` bodies), read by Yams.
///
/// Scalars are resolved as sigs.k8s.io/yaml does for Kubernetes (YAML 1.2 core words plus 1.1 octal); aliases count
/// towards `maximumNodes`, so that an alias bomb ends in an error.
package enum YAMLDocuments {
    package static let maximumNodes = 1_000_000
    package static let maximumDepth = 500

    /// All documents of a stream; empty documents are `.null`.
    package static func read(_ text: String) throws(YAMLError) -> [Value] {
        var budget = maximumNodes
        do {
            var documents: [Value] = []
            var nodes = try Yams.compose_all(yaml: text)
            while let node = nodes.next() {
                documents.append(try value(of: node, depth: 0, budget: &budget))
            }
            if let error = nodes.error { throw error }
            return documents
        } catch let error as YAMLError {
            throw error
        } catch {
            throw described(error)
        }
    }

    /// Exactly one document; an empty text is `.null`.
    package static func readOne(_ text: String) throws(YAMLError) -> Value {
        let documents = try read(text)
        guard documents.count <= 1 else {
            throw YAMLError(message: "expected one document, found \(documents.count)")
        }
        return documents.first ?? .null
    }

    private static func described(_ error: any Error) -> YAMLError {
        guard let error = error as? Yams.YamlError else { return YAMLError(message: "\(error)") }
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return YAMLError(message: problem, line: mark.line)
        case .duplicatedKeysInMapping(let duplicates, let context):
            let key = duplicates.first ?? ""
            return YAMLError(message: "key \"\(key)\" already set in map", line: context.mark.line)
        // Its own text would quote the line, which may hold a secret.
        case .reader(let problem, let offset, _, let yaml):
            let line = offset.map { yaml.utf8.prefix($0).count { $0 == UInt8(ascii: "\n") } + 1 }
            return YAMLError(message: problem, line: line)
        default: return YAMLError(message: "\(error)")
        }
    }

    private static func value(of node: Node, depth: Int, budget: inout Int) throws(YAMLError) -> Value {
        budget -= 1
        guard budget > 0 else {
            throw YAMLError(message: "more than \(maximumNodes) nodes (aliases counted)", line: node.mark?.line)
        }
        guard depth < maximumDepth else {
            throw YAMLError(message: "nested deeper than \(maximumDepth)", line: node.mark?.line)
        }
        switch node {
        case .scalar(let scalar): return ScalarRules.value(of: scalar)
        case .sequence(let sequence):
            var items: [Value] = []
            for item in sequence { items.append(try value(of: item, depth: depth + 1, budget: &budget)) }
            return .array(items)
        case .mapping(let mapping):
            var fields: [String: Value] = [:]
            for (keyNode, valueNode) in mapping {
                let item = try value(of: valueNode, depth: depth + 1, budget: &budget)
                let key = try ScalarRules.key(of: keyNode)
                if key == "<<", case .object(let merged) = item {
                    fields.merge(merged) { own, _ in own }
                    continue
                }
                if fields.updateValue(item, forKey: key) != nil {
                    throw YAMLError(message: "key \"\(key)\" already set in map", line: keyNode.mark?.line)
                }
            }
            return .object(fields)
        case .alias: throw YAMLError(message: "unresolved alias", line: node.mark?.line)
        }
    }
}

/// How a plain scalar becomes a typed value.
enum ScalarRules {
    static func value(of scalar: Node.Scalar) -> Value {
        if scalar.style != .plain && scalar.style != .any { return .string(scalar.string) }
        if scalar.tag.description == "tag:yaml.org,2002:str" { return .string(scalar.string) }
        return plain(scalar.string)
    }

    static func key(of node: Node) throws(YAMLError) -> String {
        guard case .scalar(let scalar) = node else {
            throw YAMLError(message: "a mapping key must be a scalar", line: node.mark?.line)
        }
        return scalar.string
    }

    /// go-yaml v2/v3's rules in the JSON profile that Kubernetes uses.
    static func plain(_ text: String) -> Value {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: break
        }
        guard let first = text.utf8.first,
            (0x30...0x39).contains(first) || first == 0x2D || first == 0x2B || first == 0x2E
        else { return .string(text) }
        let digits = text.replacing("_", with: "")
        if let integer = Int64(digits.hasPrefix("+") ? String(digits.dropFirst()) : digits) {
            let body = digits.drop { $0 == "-" || $0 == "+" }
            if body.count > 1, body.first == "0", let octal = Int64(body, radix: 8) {
                return .int(digits.hasPrefix("-") ? -octal : octal)
            }
            return .int(integer)
        }
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where digits.hasPrefix(prefix) {
            if let integer = Int64(digits.dropFirst(2), radix: radix) { return .int(integer) }
        }
        let allowed = digits.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains(byte)
        }
        if allowed, let double = Double(digits), double.isFinite { return .double(double) }
        return .string(text)
    }
}

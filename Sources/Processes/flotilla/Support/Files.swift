internal import FleetModel
internal import Foundation

/// Reading what the operator names.
enum Files {
    /// A values or package file larger than this is refused before it is sent.
    static let maximumBytes = 8 << 20

    static func text(_ path: String) throws(FleetError) -> String {
        let data: Data
        if path == "-" {
            data = (try? FileHandle.standardInput.read(upToCount: maximumBytes + 1)) ?? Data()
        } else {
            guard FileManager.default.fileExists(atPath: path) else {
                throw FleetError(.notFound, "\(path): no such file")
            }
            do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
                throw FleetError(.invalidArgument, "\(path) cannot be read", reason: error.localizedDescription)
            }
        }
        guard data.count <= maximumBytes else {
            throw FleetError(
                .limitExceeded, "\(path) is too large", reason: "at most \(maximumBytes >> 20) MiB per file")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw FleetError(.invalidArgument, "\(path) is not UTF-8 text")
        }
        return text
    }

    static func texts(_ paths: [String]) throws(FleetError) -> [String] {
        var texts: [String] = []
        for path in paths { texts.append(try text(path)) }
        return texts
    }

    /// The YAML files named, and every `*.yaml` of the folders named, as they are: errors name file and line.
    static func documents(_ paths: [String]) throws(FleetError) -> [SourceDocument] {
        var documents: [SourceDocument] = []
        for path in paths {
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            guard attributes?[.type] as? FileAttributeType == .typeDirectory else {
                documents.append(SourceDocument(name: path, text: try text(path)))
                continue
            }
            let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
            for name in names where name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
                let file = path + "/" + name
                documents.append(SourceDocument(name: file, text: try text(file)))
            }
        }
        guard !documents.isEmpty else {
            throw FleetError(.invalidArgument, "no YAML document in \(paths.joined(separator: ", "))")
        }
        return documents
    }

    /// Writes with mode 0600; refuses to replace a file.
    static func writeSecret(_ text: String, to path: String) throws(FleetError) {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw FleetError(
                .alreadyExists, "\(path) exists", reason: "a join file is never overwritten", next: "name another file")
        }
        let made = FileManager.default.createFile(
            atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        guard made else { throw FleetError(.invalidArgument, "\(path) cannot be written") }
    }
}

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
                throw FleetError(
                    .notFound, "\(path) cannot be read", reason: "no such file",
                    next: "check the name: ls \(folder(path))")
            }
            do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
                throw FleetError(
                    .invalidArgument, "\(path) cannot be read", reason: error.localizedDescription,
                    next: "ls -l \(path)")
            }
        }
        guard data.count <= maximumBytes else {
            throw FleetError(
                .limitExceeded, "\(path) is too large", reason: "at most \(maximumBytes >> 20) MiB per file",
                next: "split it, or name the right file")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw FleetError(
                .invalidArgument, "\(path) cannot be read", reason: "it is not UTF-8 text", next: "file \(path)")
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
            throw FleetError(
                .invalidArgument, "no YAML document in \(paths.joined(separator: ", "))",
                reason: "files named *.yaml and *.yml are read", next: "name the package's file")
        }
        return documents
    }

    /// Writes with mode 0600; refuses to replace a file.
    static func writeSecret(_ text: String, to path: String) throws(FleetError) {
        try checkNew(path)
        let made = FileManager.default.createFile(
            atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        guard made else { throw unwritable(path) }
    }

    private static func unwritable(_ path: String) -> FleetError {
        FleetError(
            .invalidArgument, "\(path) cannot be written", reason: "its folder is missing, or may not be written",
            next: "ls -ld \(folder(path))")
    }

    private static func folder(_ path: String) -> String {
        path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]) + "/" : "."
    }

    /// Refuses before anything is done what `writeSecret` would refuse afterwards.
    static func checkNew(_ path: String) throws(FleetError) {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw FleetError(
                .alreadyExists, "\(path) exists", reason: "a file with a secret is never overwritten",
                next: "name another file")
        }
        guard FileManager.default.isWritableFile(atPath: folder(path)) else { throw unwritable(path) }
    }
}

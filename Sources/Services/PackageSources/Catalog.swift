package import FleetModel
import Foundation
import ResourceModel

/// A folder of packages: `<name>/metadata.yaml`, `<name>/<version>/package.yaml`, `<name>/<version>/bundle/`.
///
/// `CATALOG=folder` adds its bundles to `sources`.
package struct Catalog: Sendable {
    package struct Entry: Hashable, Sendable {
        package var refName: String
        package var version: String
        package var packageFile: String
        package var metadataFile: String?
        package var bundleFolder: String?
    }

    package let entries: [Entry]

    /// Reads the folder; a package that does not parse is an error that names its file.
    package init(folder: String) throws(FleetError) {
        let manager = FileManager.default
        guard let names = try? manager.contentsOfDirectory(atPath: folder) else {
            throw FleetError(
                .notFound, "catalog folder \(folder) does not exist", next: "set CATALOG to a folder of packages")
        }
        var entries: [Entry] = []
        for name in names.sorted() {
            let metadata = "\(folder)/\(name)/metadata.yaml"
            let versions = (try? manager.contentsOfDirectory(atPath: "\(folder)/\(name)")) ?? []
            for version in versions.sorted() {
                let file = "\(folder)/\(name)/\(version)/package.yaml"
                guard let data = manager.contents(atPath: file) else { continue }
                let registration = try PackageRegistration([
                    SourceDocument(name: file, text: String(decoding: data, as: UTF8.self))
                ])
                let bundle = "\(folder)/\(name)/\(version)/bundle"
                for package in registration.packages {
                    entries.append(
                        Entry(
                            refName: package.refName, version: package.versionText, packageFile: file,
                            metadataFile: manager.fileExists(atPath: metadata) ? metadata : nil,
                            bundleFolder: manager.fileExists(atPath: bundle) ? bundle : nil))
                }
            }
        }
        self.entries = entries
    }

    /// One directory rule per bundle.
    package var rules: [SourceMap.Rule] {
        entries.compactMap { entry in
            entry.bundleFolder.map {
                SourceMap.Rule(match: .package(entry.refName, version: entry.version), place: .directory($0))
            }
        }
    }
}

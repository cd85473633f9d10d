internal import FleetModel
internal import Foundation

/// A bundle that lies unpacked in a folder: `config/…` and `.imgpkg/images.yml`.
struct DirectoryPlace: Sendable {
    let folder: String
    let limits: BundleLimits

    private func refusal(_ path: String, _ reason: String) -> PlaceFailure { .refused("\(path): \(reason)") }

    func read() throws(PlaceFailure) -> [String: [UInt8]] {
        let manager = FileManager.default
        let kind = (try? manager.attributesOfItem(atPath: folder))?[.type] as? FileAttributeType
        guard kind == .typeDirectory else { throw .absent("there is no such folder") }
        var files: [String: [UInt8]] = [:]
        var total = 0
        var waiting = [""]
        while let relative = waiting.popLast() {
            let names = (try? manager.contentsOfDirectory(atPath: join(relative))) ?? []
            for name in names.sorted() {
                let path = relative.isEmpty ? name : "\(relative)/\(name)"
                guard BundlePath.clean(path) == path else { throw refusal(path, "the name is not allowed in a bundle") }
                let attributes = try? manager.attributesOfItem(atPath: join(path))
                switch attributes?[.type] as? FileAttributeType {
                case .typeDirectory: waiting.append(path)
                case .typeRegular:
                    let size = (attributes?[.size] as? NSNumber)?.intValue ?? 0
                    total += size
                    guard size <= limits.fileBytes, total <= limits.bytes, files.count < limits.files else {
                        throw refusal(
                            path,
                            "at most \(limits.files) files of \(limits.fileBytes) bytes, \(limits.bytes) in all"
                        )
                    }
                    guard let data = manager.contents(atPath: join(path)) else {
                        throw refusal(path, "the file cannot be read")
                    }
                    files[path] = [UInt8](data)
                default: throw refusal(path, "only files and folders are allowed, no links or devices")
                }
            }
        }
        return files
    }

    private func join(_ relative: String) -> String { relative.isEmpty ? folder : "\(folder)/\(relative)" }
}

/// Reads a tar archive's files: ustar, GNU long names, pax paths.
///
/// Anything that is not a plain file or folder is refused.
struct TarReader {
    enum Failure: Error, Equatable {
        case damaged(String)
        /// A path or an entry type that could reach outside the bundle.
        case forbidden(String)
        case tooLarge
    }

    static func files(_ archive: [UInt8], limits: BundleLimits) throws(Failure) -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        var offset = 0
        var longName: String?
        while offset + 512 <= archive.count {
            let header = Array(archive[offset..<offset + 512])
            if header.allSatisfy({ $0 == 0 }) { break }
            guard checksumHolds(header) else { throw .damaged("a header's checksum is wrong at byte \(offset)") }
            let size = try number(header[124..<136])
            let start = offset + 512
            guard size <= archive.count - start else { throw .damaged("the archive is cut") }
            let content = archive[start..<start + size]
            offset = start + (size + 511) / 512 * 512
            let prefix = text(header[345..<500])
            let shortName = prefix.isEmpty ? text(header[0..<100]) : "\(prefix)/\(text(header[0..<100]))"
            let name = longName ?? shortName
            switch header[156] {
            case 0x4C:
                longName = text(content)
                continue
            case 0x78:
                longName = try paxPath(content) ?? longName
                continue
            case 0x67: continue
            case 0x30, 0x00:
                let path = try checked(name)
                guard files.count < limits.files, size <= limits.fileBytes else { throw .tooLarge }
                files[path] = Array(content)
            case 0x35: _ = try checked(name)
            default: throw .forbidden("\(name): links, devices and pipes are not allowed in a bundle")
            }
            longName = nil
        }
        return files
    }

    private static func checked(_ name: String) throws(Failure) -> String {
        guard let path = BundlePath.clean(name) else {
            throw .forbidden("\(name): absolute paths and .. are not allowed in a bundle")
        }
        return path
    }

    private static func text(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    private static func number(_ bytes: ArraySlice<UInt8>) throws(Failure) -> Int {
        let digits = text(bytes).split(separator: " ").first.map(String.init) ?? "0"
        guard let value = Int(digits, radix: 8), value >= 0 else { throw .damaged("a size that is not octal") }
        return value
    }

    private static func checksumHolds(_ header: [UInt8]) -> Bool {
        let stored = text(header[148..<156]).split(separator: " ").first.flatMap { Int($0, radix: 8) }
        let sum = header.enumerated().reduce(0) { sum, pair in
            sum + ((148..<156).contains(pair.offset) ? 0x20 : Int(pair.element))
        }
        return stored == sum
    }

    /// The `path` record of a pax header: lines of `length key=value`.
    private static func paxPath(_ content: ArraySlice<UInt8>) throws(Failure) -> String? {
        var rest = content
        while let space = rest.firstIndex(of: 0x20) {
            guard let length = Int(String(decoding: rest[rest.startIndex..<space], as: UTF8.self)), length > 0,
                length <= rest.count
            else { throw .damaged("a pax header's length is wrong") }
            let record = String(decoding: rest[(space + 1)..<(rest.startIndex + length - 1)], as: UTF8.self)
            if record.hasPrefix("path=") { return String(record.dropFirst(5)) }
            rest = rest[(rest.startIndex + length)...]
        }
        return nil
    }
}

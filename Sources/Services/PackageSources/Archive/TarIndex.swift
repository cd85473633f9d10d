/// What a tar archive holds and where, without its content: ustar, GNU long names, pax.
///
/// Links, devices and sparse files are listed as `other`, so that whoever unpacks can refuse them by name.
struct TarIndex {
    enum Kind: Equatable { case file, folder, other(String) }

    struct Entry {
        /// As the archive has it; not checked.
        var name: String
        var kind: Kind
        /// Of the content, in bytes.
        var offset: Int
        var size: Int
    }

    private(set) var entries: [Entry] = []
    /// The archive ends as it should; one that was cut at an entry's border does not.
    private(set) var hasEnd = false

    private static let block = 512
    /// A long name or a pax header: far more than any path needs.
    private static let metadataBytes = 64 * 1024

    /// Names and sizes that headers before an entry say of it.
    private struct Pending {
        var name: String?
        var size: Int?
        var isSparse = false
    }

    init(_ archive: some ByteStore, mostEntries: Int) throws(ArchiveFailure) {
        var offset = 0
        var pending = Pending()
        var headers = 0
        while offset <= archive.count - Self.block {
            let header = TarHeader(try archive.bytes(at: offset, count: Self.block))
            if header.isEmpty {
                hasEnd = true
                return
            }
            headers += 1
            guard headers <= mostEntries * 2 + 16 else { throw .tooLarge("more than \(mostEntries) entries") }
            guard header.checksumHolds else { throw .damaged("a header's checksum is wrong at byte \(offset)") }
            let start = offset + Self.block
            var size = try header.size()
            let isMetadata = header.isMetadata
            if !isMetadata, let stated = pending.size { size = stated }
            guard size <= archive.count - start else { throw .damaged("it is cut: an entry's content is missing") }
            offset = start + (size + Self.block - 1) / Self.block * Self.block
            guard !isMetadata else {
                guard size <= Self.metadataBytes else { throw .tooLarge("a name of \(size) bytes") }
                try Self.take(header.type, try archive.bytes(at: start, count: size), into: &pending)
                continue
            }
            guard entries.count < mostEntries else { throw .tooLarge("more than \(mostEntries) entries") }
            let name = pending.name ?? header.name
            let kind = pending.isSparse ? Kind.other("a sparse file") : header.kind(name)
            entries.append(Entry(name: name, kind: kind, offset: start, size: size))
            pending = Pending()
        }
        guard offset >= archive.count else { throw .damaged("it is cut within a header") }
    }

    private static func take(
        _ type: UInt8, _ content: [UInt8], into pending: inout Pending
    ) throws(ArchiveFailure) {
        switch type {
        case TarHeader.longName: pending.name = TarHeader.text(content[...])
        case TarHeader.paxEntry:
            for (key, value) in try paxRecords(content) {
                switch key {
                case "path": pending.name = value
                case "size":
                    guard let size = Int(value), size >= 0 else { throw .damaged("a pax size that is no number") }
                    pending.size = size
                default: if key.hasPrefix("GNU.sparse") { pending.isSparse = true }
                }
            }
        default: break
        }
    }

    /// The records of a pax header: lines of `length key=value`.
    private static func paxRecords(_ content: [UInt8]) throws(ArchiveFailure) -> [(String, String)] {
        var records: [(String, String)] = []
        var rest = content[...]
        while !rest.isEmpty {
            guard let space = rest.firstIndex(of: 0x20), space - rest.startIndex <= 8,
                let length = Int(String(decoding: rest[..<space], as: UTF8.self)), length <= rest.count,
                rest.startIndex + length - 1 > space, rest[rest.startIndex + length - 1] == 0x0A
            else { throw .damaged("a pax header's length is wrong") }
            let record = rest[(space + 1)..<(rest.startIndex + length - 1)]
            guard let equals = record.firstIndex(of: 0x3D) else { throw .damaged("a pax header without a key") }
            records.append(
                (
                    String(decoding: record[..<equals], as: UTF8.self),
                    String(decoding: record[(equals + 1)...], as: UTF8.self)
                ))
            rest = rest[(rest.startIndex + length)...]
        }
        return records
    }
}

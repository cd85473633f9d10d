/// One header block of a tar archive (512 bytes).
struct TarHeader {
    static let longName: UInt8 = 0x4C
    static let paxEntry: UInt8 = 0x78
    private static let paxGlobal: UInt8 = 0x67

    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var type: UInt8 { bytes[156] }
    /// Archives end with blocks of zeros.
    var isEmpty: Bool { bytes.allSatisfy { $0 == 0 } }
    /// Says something of the entry that follows.
    var isMetadata: Bool { [Self.longName, Self.paxEntry, Self.paxGlobal].contains(type) }

    /// The short name; the prefix belongs to POSIX archives only, GNU keeps times there.
    var name: String {
        let short = Self.text(bytes[0..<100])
        guard bytes[257..<263].elementsEqual([0x75, 0x73, 0x74, 0x61, 0x72, 0]) else { return short }
        let prefix = Self.text(bytes[345..<500])
        return prefix.isEmpty ? short : "\(prefix)/\(short)"
    }

    func kind(_ name: String) -> TarIndex.Kind {
        switch type {
        case 0x30, 0x00: name.hasSuffix("/") ? .folder : .file
        case 0x35: .folder
        case 0x31: .other("a hard link")
        case 0x32: .other("a symbolic link")
        case 0x33, 0x34: .other("a device")
        case 0x36: .other("a pipe")
        default: .other("an entry of the unknown type \(type)")
        }
    }

    /// Octal digits, or GNU's big-endian number for what they cannot hold.
    func size() throws(ArchiveFailure) -> Int {
        let field = bytes[124..<136]
        guard field[124] & 0x80 == 0 else {
            guard field[124] == 0x80, field[125..<129].allSatisfy({ $0 == 0 }), field[129] < 0x80 else {
                throw .damaged("a size that no archive has")
            }
            return field[129...].reduce(0) { $0 << 8 | Int($1) }
        }
        let digits = Self.text(field).split(separator: " ").first.map(String.init) ?? "0"
        guard let value = Int(digits, radix: 8), value >= 0 else { throw .damaged("a size that is not octal") }
        return value
    }

    var checksumHolds: Bool {
        let stored = Self.text(bytes[148..<156]).split(separator: " ").first.flatMap { Int($0, radix: 8) }
        var sum = 8 * 0x20
        for index in 0..<512 where !(148..<156).contains(index) { sum += Int(bytes[index]) }
        return stored == sum
    }

    static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}

/// Writes files as a tar archive: the same files make the same bytes.
package enum TarWriter {
    package static func archive(_ files: [String: [UInt8]]) -> [UInt8] {
        var archive: [UInt8] = []
        for (path, content) in files.sorted(by: { $0.key < $1.key }) {
            let name = Array(path.utf8)
            if name.count > 100 {
                append("././@LongLink", TarHeader.longName, name + [0], to: &archive)
            }
            append(String(decoding: name.prefix(100), as: UTF8.self), 0x30, content, to: &archive)
        }
        archive.append(contentsOf: [UInt8](repeating: 0, count: 1024))
        return archive
    }

    private static func append(_ name: String, _ type: UInt8, _ content: [UInt8], to archive: inout [UInt8]) {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ bytes: some Sequence<UInt8>, at offset: Int) {
            for (index, byte) in bytes.enumerated() { header[offset + index] = byte }
        }
        put(Array(name.utf8).prefix(100), at: 0)
        put("0000644\0000000\0000000\0".utf8, at: 100)
        put(octal(content.count, digits: 11), at: 124)
        put(octal(0, digits: 11), at: 136)
        header[156] = type
        put("ustar\u{0}00".utf8, at: 257)
        put("        ".utf8, at: 148)
        let sum = header.reduce(0) { $0 + Int($1) }
        put(octal(sum, digits: 6) + [0], at: 148)
        archive.append(contentsOf: header)
        archive.append(contentsOf: content)
        archive.append(contentsOf: [UInt8](repeating: 0, count: (512 - content.count % 512) % 512))
    }

    private static func octal(_ number: Int, digits: Int) -> [UInt8] {
        let text = String(number, radix: 8)
        return Array((String(repeating: "0", count: max(0, digits - text.count)) + text).utf8)
    }
}

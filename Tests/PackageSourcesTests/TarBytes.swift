/// Makes tar archives by hand, so that forbidden entries can be made too.
enum TarBytes {
    static func entry(_ name: String, _ content: String = "", type: UInt8 = 0x30) -> [UInt8] {
        entry(name, Array(content.utf8), type: type)
    }

    static func entry(_ name: String, _ content: [UInt8], type: UInt8 = 0x30, size: Int? = nil) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            for (index, byte) in text.utf8.enumerated() { header[offset + index] = byte }
        }
        put(name, at: 0)
        put("0000644", at: 100)
        let octal = String(size ?? content.count, radix: 8)
        put(String(repeating: "0", count: 11 - octal.count) + octal, at: 124)
        header[156] = type
        put("ustar", at: 257)
        put("        ", at: 148)
        let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
        put(String(repeating: "0", count: 6 - sum.count) + sum, at: 148)
        header[154] = 0
        var bytes = header + content
        while bytes.count % 512 != 0 { bytes.append(0) }
        return bytes
    }

    static func archive(_ entries: [UInt8]...) -> [UInt8] { archive(entries) }

    static func archive(_ entries: [[UInt8]]) -> [UInt8] {
        entries.flatMap { $0 } + [UInt8](repeating: 0, count: 1024)
    }

    static func archive(_ files: [String: String]) -> [UInt8] {
        archive(files.sorted { $0.key < $1.key }.map { entry($0.key, $0.value) })
    }
}

/// `@ytt:ip`.
enum IPModule {
    /// The bytes of an address: 4 or 16.
    private struct Address {
        var bytes: [UInt8]

        init?(_ text: String) {
            if let bytes = Self.version4(text[...]) {
                self.bytes = bytes
            } else if let bytes = Self.version6(text) {
                self.bytes = bytes
            } else {
                return nil
            }
        }

        init(bytes: [UInt8]) { self.bytes = bytes }

        /// As Go has it: IPv4 inside of IPv6 counts as IPv4.
        var isVersion4: Bool {
            bytes.count == 4 || (bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 255 && bytes[11] == 255)
        }

        private static func version4(_ text: Substring) -> [UInt8]? {
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 4 else { return nil }
            var bytes: [UInt8] = []
            for part in parts {
                guard part.utf8.count <= 3, part.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let byte = UInt8(part),
                    part.utf8.count == 1 || part.utf8.first != 48
                else { return nil }
                bytes.append(byte)
            }
            return bytes
        }

        private static func groups(_ text: Substring) -> [UInt8]? {
            if text.isEmpty { return [] }
            var bytes: [UInt8] = []
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            for (number, part) in parts.enumerated() {
                if number == parts.count - 1, part.contains(".") {
                    guard let last = version4(part) else { return nil }
                    return bytes + last
                }
                guard (1...4).contains(part.utf8.count), let group = UInt16(part, radix: 16) else { return nil }
                bytes += [UInt8(group >> 8), UInt8(group & 255)]
            }
            return bytes
        }

        private static func version6(_ text: String) -> [UInt8]? {
            let bytes = Array(text.utf8)
            guard let gap = StarlarkBytes.find(Array("::".utf8), in: bytes) else {
                guard let all = groups(text[...]), all.count == 16 else { return nil }
                return all
            }
            guard let head = groups(Substring(StarlarkBytes.text(bytes[..<gap]))),
                let tail = groups(Substring(StarlarkBytes.text(bytes[(gap + 2)...]))), head.count + tail.count <= 14
            else { return nil }
            return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
        }

        var text: String {
            if isVersion4 { return bytes.suffix(4).map(String.init).joined(separator: ".") }
            let groups = stride(from: 0, to: 16, by: 2).map { Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]) }
            // The longest run of two or more zero groups is left out.
            var best = (start: -1, count: 1)
            var start = 0
            while start < 8 {
                var end = start
                while end < 8, groups[end] == 0 { end += 1 }
                if end - start > best.count { best = (start, end - start) }
                start = max(end, start + 1)
            }
            func join(_ part: ArraySlice<Int>) -> String {
                part.map { String($0, radix: 16) }.joined(separator: ":")
            }
            if best.start < 0 { return join(groups[...]) }
            return join(groups[..<best.start]) + "::" + join(groups[(best.start + best.count)...])
        }
    }

    static func make() -> StarlarkValue {
        StarlarkStruct.module([
            (
                "parse_addr",
                YttModules.function("ip.parse_addr") { (_, args, _) throws(TemplateError) in
                    let text = try YttModules.string(try YttModules.one(args))
                    guard let address = Address(text) else { throw TemplateError("invalid IP address: \(text)") }
                    return value(address)
                }
            ),
            (
                "parse_cidr",
                YttModules.function("ip.parse_cidr") { (_, args, _) throws(TemplateError) in
                    try cidr(try YttModules.string(try YttModules.one(args)))
                }
            ),
        ])
    }

    private static func method(_ name: String, _ result: StarlarkValue) -> (name: String, value: StarlarkValue) {
        let short = name.split(separator: ".").last.map(String.init) ?? name
        return (
            short,
            YttModules.function(name) { (_, args, _) throws(TemplateError) in
                guard args.isEmpty else { throw TemplateError("expected no argument") }
                return result
            }
        )
    }

    private static func value(_ address: Address) -> StarlarkValue {
        .structure(
            StarlarkStruct(
                [
                    method("addr.is_ipv4", .bool(address.isVersion4)),
                    method("addr.is_ipv6", .bool(!address.isVersion4)),
                    method("addr.string", .string(address.text)),
                ], typeName: "@ytt:ip.addr", opaqueName: "@ytt:ip.addr"))
    }

    private static func cidr(_ text: String) throws(TemplateError) -> StarlarkValue {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = Address(String(parts[0])), let bits = Int(parts[1]),
            parts[1].utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), bits <= address.bytes.count * 8
        else { throw TemplateError("invalid CIDR address: \(text)") }
        var network = address.bytes
        for index in network.indices {
            let kept = min(max(bits - index * 8, 0), 8)
            network[index] &= kept == 0 ? 0 : UInt8(truncatingIfNeeded: 0xFF << (8 - kept))
        }
        let base = Address(bytes: network)
        let net = StarlarkStruct(
            [("addr", value(base)), method("net.string", .string("\(base.text)/\(bits)"))], typeName: "@ytt:ip.net",
            opaqueName: "@ytt:ip.net")
        return .structure(
            StarlarkStruct(
                [
                    method("cidr.is_ipv4", .bool(address.isVersion4)),
                    method("cidr.is_ipv6", .bool(!address.isVersion4)),
                    ("addr", value(address)), ("net", .structure(net)),
                    method("cidr.string", .string("\(address.text)/\(bits)")),
                ], typeName: "@ytt:ip.cidr", opaqueName: "@ytt:ip.cidr"))
    }
}

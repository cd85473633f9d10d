/// Unpacks DEFLATE (RFC 1951) in its gzip frame (RFC 1952), within a bound.
///
/// Our own because bundles must be read inside the simulation and without a C library in this layer.
package struct Gzip {
    package enum Failure: Error, Equatable { case damaged(String), tooLarge }

    private let input: [UInt8]
    private var position: Int
    private var bitBuffer: UInt32 = 0
    private var bitCount = 0
    private var output: [UInt8] = []
    private let limit: Int

    /// All members of a gzip text, unpacked; `tooLarge` past `limit` bytes.
    package static func unpack(_ bytes: [UInt8], limit: Int) throws(Failure) -> [UInt8] {
        var position = 0
        var result: [UInt8] = []
        repeat {
            position = try skipHeader(bytes, position)
            var inflater = Gzip(input: bytes, position: position, limit: limit - result.count)
            try inflater.run()
            result += inflater.output
            position = inflater.position
            guard position + 8 <= bytes.count else { throw .damaged("the gzip trailer is missing") }
            var crc: UInt32 = 0
            for offset in (0..<4).reversed() { crc = crc << 8 | UInt32(bytes[position + offset]) }
            guard crc == CyclicRedundancy.crc32(inflater.output) else { throw .damaged("the gzip checksum is wrong") }
            position += 8
        } while position + 2 <= bytes.count && bytes[position] == 0x1F && bytes[position + 1] == 0x8B
        return result
    }

    private init(input: [UInt8], position: Int, limit: Int) {
        self.input = input
        self.position = position
        self.limit = limit
    }

    private static func skipHeader(_ bytes: [UInt8], _ start: Int) throws(Failure) -> Int {
        guard start + 10 <= bytes.count, bytes[start] == 0x1F, bytes[start + 1] == 0x8B, bytes[start + 2] == 8 else {
            throw .damaged("not a gzip text")
        }
        let flags = bytes[start + 3]
        var position = start + 10
        if flags & 4 != 0 {
            guard position + 2 <= bytes.count else { throw .damaged("the gzip header is cut") }
            position += 2 + Int(bytes[position]) + Int(bytes[position + 1]) << 8
        }
        for flag: UInt8 in [8, 16] where flags & flag != 0 {
            while position < bytes.count, bytes[position] != 0 { position += 1 }
            position += 1
        }
        if flags & 2 != 0 { position += 2 }
        guard position <= bytes.count else { throw .damaged("the gzip header is cut") }
        return position
    }

    private mutating func bits(_ count: Int) throws(Failure) -> Int {
        while bitCount < count {
            guard position < input.count else { throw .damaged("the compressed data is cut") }
            bitBuffer |= UInt32(input[position]) << UInt32(bitCount)
            position += 1
            bitCount += 8
        }
        let value = Int(bitBuffer & ((1 << UInt32(count)) - 1))
        bitBuffer >>= UInt32(count)
        bitCount -= count
        return value
    }

    private mutating func run() throws(Failure) {
        while true {
            let isLast = try bits(1) == 1
            switch try bits(2) {
            case 0: try stored()
            case 1: try block(Self.fixedLiterals, Self.fixedDistances)
            case 2:
                let (literals, distances) = try dynamicCodes()
                try block(literals, distances)
            default: throw .damaged("an unknown block type")
            }
            if isLast { break }
        }
        position -= bitCount / 8
        bitCount = 0
        bitBuffer = 0
    }

    private mutating func append(_ byte: UInt8) throws(Failure) {
        guard output.count < limit else { throw .tooLarge }
        output.append(byte)
    }

    private mutating func stored() throws(Failure) {
        position -= bitCount / 8
        bitBuffer = 0
        bitCount = 0
        guard position + 4 <= input.count else { throw .damaged("the compressed data is cut") }
        let length = Int(input[position]) | Int(input[position + 1]) << 8
        let inverse = Int(input[position + 2]) | Int(input[position + 3]) << 8
        guard length == ~inverse & 0xFFFF, position + 4 + length <= input.count else {
            throw .damaged("a stored block's length is wrong")
        }
        for byte in input[(position + 4)..<(position + 4 + length)] { try append(byte) }
        position += 4 + length
    }

    private mutating func symbol(_ code: HuffmanCode) throws(Failure) -> Int {
        var value = 0
        var first = 0
        var index = 0
        for length in 1...15 {
            value |= try bits(1)
            let count = code.counts[length]
            if value - count < first { return code.symbols[index + value - first] }
            index += count
            first = (first + count) << 1
            value <<= 1
        }
        throw .damaged("a code that no symbol has")
    }

    private mutating func block(_ literals: HuffmanCode, _ distances: HuffmanCode) throws(Failure) {
        while true {
            let next = try symbol(literals)
            if next < 256 {
                try append(UInt8(next))
            } else if next == 256 {
                return
            } else {
                guard next - 257 < Self.lengthBase.count else { throw .damaged("an unknown length") }
                let length = Self.lengthBase[next - 257] + (try bits(Self.lengthExtra[next - 257]))
                let code = try symbol(distances)
                guard code < Self.distanceBase.count else { throw .damaged("an unknown distance") }
                let distance = Self.distanceBase[code] + (try bits(Self.distanceExtra[code]))
                guard distance <= output.count else { throw .damaged("a distance before the start") }
                for _ in 0..<length { try append(output[output.count - distance]) }
            }
        }
    }

    private mutating func dynamicCodes() throws(Failure) -> (HuffmanCode, HuffmanCode) {
        let literalCount = try bits(5) + 257
        let distanceCount = try bits(5) + 1
        let lengthCount = try bits(4) + 4
        var codeLengths = [Int](repeating: 0, count: 19)
        for index in 0..<lengthCount { codeLengths[Self.order[index]] = try bits(3) }
        let lengthCode = HuffmanCode(lengths: codeLengths)
        var lengths: [Int] = []
        while lengths.count < literalCount + distanceCount {
            let next = try symbol(lengthCode)
            switch next {
            case 0..<16: lengths.append(next)
            case 16:
                guard let last = lengths.last else { throw .damaged("a repeat without a length") }
                lengths += [Int](repeating: last, count: 3 + (try bits(2)))
            case 17: lengths += [Int](repeating: 0, count: 3 + (try bits(3)))
            default: lengths += [Int](repeating: 0, count: 11 + (try bits(7)))
            }
        }
        guard lengths.count == literalCount + distanceCount else { throw .damaged("too many code lengths") }
        return (
            HuffmanCode(lengths: Array(lengths[..<literalCount])),
            HuffmanCode(lengths: Array(lengths[literalCount...]))
        )
    }

    private struct HuffmanCode {
        var counts = [Int](repeating: 0, count: 16)
        var symbols: [Int]

        init(lengths: [Int]) {
            for length in lengths { counts[length] += 1 }
            counts[0] = 0
            var offsets = [Int](repeating: 0, count: 17)
            for length in 1...15 { offsets[length + 1] = offsets[length] + counts[length] }
            symbols = [Int](repeating: 0, count: max(lengths.count, 1))
            for (symbol, length) in lengths.enumerated() where length != 0 {
                symbols[offsets[length]] = symbol
                offsets[length] += 1
            }
        }
    }

    private static let fixedLiterals = HuffmanCode(
        lengths: [Int](repeating: 8, count: 144) + [Int](repeating: 9, count: 112) + [Int](repeating: 7, count: 24)
            + [Int](repeating: 8, count: 8))
    private static let fixedDistances = HuffmanCode(lengths: [Int](repeating: 5, count: 30))
    private static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    private static let lengthBase = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258,
    ]
    private static let lengthExtra = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]
    private static let distanceBase = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
        6145, 8193, 12289, 16385, 24577,
    ]
    private static let distanceExtra = [
        0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
    ]
}

/// The checksum of gzip.
enum CyclicRedundancy {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }

    static func crc32(_ bytes: [UInt8]) -> UInt32 {
        var value: UInt32 = 0xFFFF_FFFF
        for byte in bytes { value = table[Int((value ^ UInt32(byte)) & 0xFF)] ^ (value >> 8) }
        return ~value
    }
}

/// Floating point numbers as Go prints them.
enum GoFloat {
    /// `strconv.FormatFloat(value, 'g', -1, 64)`; exponents from `exponentFrom` (6 there, 21 for `%v`).
    static func format(_ value: Double, exponentFrom: Int = 6) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        let (digits, point) = shortest(value.magnitude)
        let sign = value.sign == .minus ? "-" : ""
        let exponent = point - 1
        if value != 0, exponent < -4 || exponent >= exponentFrom {
            return sign + scientific(digits, exponent)
        }
        return sign + fixed(digits, point)
    }

    /// The shortest decimal digits and where the point stands after them.
    static func shortest(_ value: Double) -> (digits: [UInt8], point: Int) {
        var digits: [UInt8] = []
        var point: Int?
        var exponent = 0
        let text = Array("\(value)".utf8)
        for (index, byte) in text.enumerated() {
            if byte == UInt8(ascii: "e") {
                exponent = Int(String(decoding: text[(index + 1)...], as: UTF8.self)) ?? 0
                break
            } else if byte == UInt8(ascii: ".") {
                point = digits.count
            } else {
                digits.append(byte)
            }
        }
        var place = (point ?? digits.count) + exponent
        while digits.first == 48, digits.count > 1 {
            digits.removeFirst()
            place -= 1
        }
        while digits.last == 48, digits.count > 1 { digits.removeLast() }
        if digits == [48] { place = 1 }
        return (digits, place)
    }

    static func scientific(_ digits: [UInt8], _ exponent: Int) -> String {
        var text = String(decoding: digits[0..<1], as: UTF8.self)
        if digits.count > 1 { text += "." + String(decoding: digits[1...], as: UTF8.self) }
        let magnitude = abs(exponent)
        return text + (exponent < 0 ? "e-" : "e+") + (magnitude < 10 ? "0" : "") + String(magnitude)
    }

    static func fixed(_ digits: [UInt8], _ point: Int) -> String {
        if point <= 0 {
            return "0." + String(repeating: "0", count: -point) + String(decoding: digits, as: UTF8.self)
        }
        if point >= digits.count {
            return String(decoding: digits, as: UTF8.self) + String(repeating: "0", count: point - digits.count)
        }
        return String(decoding: digits[..<point], as: UTF8.self) + "."
            + String(decoding: digits[point...], as: UTF8.self)
    }
}

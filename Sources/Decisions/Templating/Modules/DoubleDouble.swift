/// A number as the sum of two floats: about 32 decimal digits, so that functions computed with it come out rounded
/// as a mathematics library rounds them.
struct DoubleDouble {
    var high: Double
    var low: Double

    init(_ high: Double, _ low: Double = 0) {
        let sum = high + low
        self.high = sum
        self.low = sum.isFinite ? low - (sum - high) : 0
    }

    var value: Double { high + low }

    static let logOf2 = DoubleDouble(0.6931471805599453, 2.3190468138462996e-17)
    static let pi = DoubleDouble(3.141592653589793, 1.2246467991473532e-16)

    static func + (left: DoubleDouble, right: DoubleDouble) -> DoubleDouble {
        let sum = left.high + right.high
        let part = sum - left.high
        let error = (left.high - (sum - part)) + (right.high - part)
        return DoubleDouble(sum, error + left.low + right.low)
    }

    static prefix func - (value: DoubleDouble) -> DoubleDouble { DoubleDouble(-value.high, -value.low) }
    static func - (left: DoubleDouble, right: DoubleDouble) -> DoubleDouble { left + -right }

    static func * (left: DoubleDouble, right: DoubleDouble) -> DoubleDouble {
        let product = left.high * right.high
        let error = (-product).addingProduct(left.high, right.high)
        return DoubleDouble(product, error + (left.high * right.low + left.low * right.high))
    }

    static func / (left: DoubleDouble, right: DoubleDouble) -> DoubleDouble {
        let first = left.high / right.high
        let rest = left - right * DoubleDouble(first)
        return DoubleDouble(first, rest.high / right.high)
    }

    var squareRoot: DoubleDouble {
        if high <= 0 { return DoubleDouble(0) }
        let root = high.squareRoot()
        return DoubleDouble(root) + (self - DoubleDouble(root) * DoubleDouble(root)) / DoubleDouble(2 * root)
    }

    /// e to the power of a number between -750 and 750, as a factor and a power of 2.
    var exponential: (factor: DoubleDouble, power: Int) {
        let power = (high / Self.logOf2.high).rounded()
        let rest = (self - DoubleDouble(power) * Self.logOf2) * DoubleDouble(1.0 / 512)
        // The series without its 1, squared nine times.
        var term = rest
        var sum = rest
        for divisor in 2...9 {
            term = term * rest / DoubleDouble(Double(divisor))
            sum = sum + term
        }
        for _ in 0..<9 { sum = sum * sum + sum + sum }
        return (sum + DoubleDouble(1), Int(power))
    }

    /// The logarithm of a positive, normal number.
    static func logarithm(_ value: Double) -> DoubleDouble {
        var power = Double(value.exponent)
        var factor = value.significand
        if factor > 1.4142135623730951 {
            factor /= 2
            power += 1
        }
        let ratio = (factor - 1) / (factor + 1)
        var start = 0.0
        var term = ratio
        for divisor in stride(from: 1, to: 30, by: 2) {
            start += term / Double(divisor)
            term *= ratio * ratio
        }
        var result = DoubleDouble(2 * start)
        for _ in 0..<2 {
            let (exponential, shift) = (-result).exponential
            let scaled = DoubleDouble(
                exponential.high * Double(sign: .plus, exponent: shift, significand: 1),
                exponential.low * Double(sign: .plus, exponent: shift, significand: 1))
            result = result + DoubleDouble(factor) * scaled - DoubleDouble(1)
        }
        return result + DoubleDouble(power) * logOf2
    }

    /// Sine and cosine of an angle.
    static func circle(_ angle: Double) -> (sine: DoubleDouble, cosine: DoubleDouble) {
        let quarter = pi * DoubleDouble(0.5)
        let turns = (angle / quarter.high).rounded()
        let rest = DoubleDouble(angle) - DoubleDouble(turns) * quarter
        let (sine, cosine) = series(rest)
        switch Int(turns.truncatingRemainder(dividingBy: 4) + 4) % 4 {
        case 0: return (sine, cosine)
        case 1: return (cosine, -sine)
        case 2: return (-sine, -cosine)
        default: return (-cosine, sine)
        }
    }

    static func series(_ angle: DoubleDouble) -> (sine: DoubleDouble, cosine: DoubleDouble) {
        let square = angle * angle
        var (sineTerm, cosineTerm) = (angle, DoubleDouble(1))
        var (sine, cosine) = (sineTerm, cosineTerm)
        for step in 1...14 {
            let double = Double(2 * step)
            cosineTerm = -(cosineTerm * square) / DoubleDouble(double * (double - 1))
            sineTerm = -(sineTerm * square) / DoubleDouble(double * (double + 1))
            cosine = cosine + cosineTerm
            sine = sine + sineTerm
        }
        return (sine, cosine)
    }
}

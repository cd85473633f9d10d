/// What the standard library lacks, with the special cases of Go's mathematics library.
enum MathFunctions {
    static func exp(_ value: Double) -> Double { exponential(DoubleDouble(value), value) }

    private static func exponential(_ exact: DoubleDouble, _ value: Double) -> Double {
        if value.isNaN { return value }
        if value > 709.79 { return .infinity }
        if value < -745.2 { return 0 }
        let (factor, power) = exact.exponential
        // In two steps, for results below the normal range.
        let half = power / 2
        return factor.value * Double(sign: .plus, exponent: half, significand: 1)
            * Double(sign: .plus, exponent: power - half, significand: 1)
    }

    static func log(_ value: Double) -> Double {
        if value.isNaN || value == .infinity { return value }
        if value < 0 { return .nan }
        if value == 0 { return -.infinity }
        return logarithm(value).value
    }

    private static func logarithm(_ value: Double) -> DoubleDouble {
        value.isNormal
            ? DoubleDouble.logarithm(value)
            : DoubleDouble.logarithm(value * 0x1p60) - DoubleDouble(60) * DoubleDouble.logOf2
    }

    static func pow(_ base: Double, _ exponent: Double) -> Double {
        if exponent == 0 || base == 1 { return 1 }
        if base.isNaN || exponent.isNaN { return .nan }
        let isWhole = exponent == exponent.rounded(.towardZero)
        let isOdd = isWhole && exponent.magnitude < 0x1p53 && Int(exponent) % 2 != 0
        if base == 0 {
            let result = exponent < 0 ? Double.infinity : 0
            return isOdd && base.sign == .minus ? -result : result
        }
        if exponent.isInfinite {
            if base.magnitude == 1 { return 1 }
            return (base.magnitude > 1) == (exponent > 0) ? .infinity : 0
        }
        if base.isInfinite {
            let result = exponent < 0 ? 0 : Double.infinity
            return isOdd && base < 0 ? -result : result
        }
        if base < 0, !isWhole { return .nan }
        let product = logarithm(base.magnitude) * DoubleDouble(exponent)
        let result = exponential(product, product.high)
        return isOdd && base < 0 ? -result : result
    }

    // MARK: angles

    static func sin(_ value: Double) -> Double { value.isFinite ? DoubleDouble.circle(value).sine.value : .nan }
    static func cos(_ value: Double) -> Double { value.isFinite ? DoubleDouble.circle(value).cosine.value : .nan }

    static func tan(_ value: Double) -> Double {
        guard value.isFinite else { return .nan }
        let (sine, cosine) = DoubleDouble.circle(value)
        return (sine / cosine).value
    }

    static func atan(_ value: Double) -> Double { arcTangent(value).value }

    /// Halves the angle until a few terms of the series are enough.
    private static func arcTangent(_ value: Double) -> DoubleDouble {
        if value.isNaN { return DoubleDouble(.nan) }
        let quarter = DoubleDouble.pi * DoubleDouble(0.5)
        if value.isInfinite { return value < 0 ? -quarter : quarter }
        let magnitude = value.magnitude
        if magnitude > 1 {
            let result = quarter - arcTangent(DoubleDouble(1) / DoubleDouble(magnitude))
            return value < 0 ? -result : result
        }
        return arcTangent(DoubleDouble(value))
    }

    private static func arcTangent(_ value: DoubleDouble) -> DoubleDouble {
        var angle = value
        for _ in 0..<5 { angle = angle / (DoubleDouble(1) + (DoubleDouble(1) + angle * angle).squareRoot) }
        let square = angle * angle
        var term = angle
        var sum = angle
        for step in stride(from: 3.0, through: 25.0, by: 2) {
            term = -(term * square)
            sum = sum + term / DoubleDouble(step)
        }
        return sum * DoubleDouble(32)
    }

    static func asin(_ value: Double) -> Double {
        if value == 0 { return value }
        guard value.magnitude <= 1 else { return .nan }
        if value.magnitude == 1 { return value * (DoubleDouble.pi.high / 2) }
        let root = ((DoubleDouble(1) - DoubleDouble(value)) * (DoubleDouble(1) + DoubleDouble(value))).squareRoot
        if value.magnitude > 0.7 {
            let rest = arcTangent(root / DoubleDouble(value.magnitude))
            let result = (DoubleDouble.pi * DoubleDouble(0.5) - rest).value
            return value < 0 ? -result : result
        }
        return arcTangent(DoubleDouble(value) / root).value
    }

    static func acos(_ value: Double) -> Double {
        guard value.magnitude <= 1 else { return .nan }
        if value == 1 { return 0 }
        if value == -1 { return DoubleDouble.pi.high }
        let root = ((DoubleDouble(1) - DoubleDouble(value)) * (DoubleDouble(1) + DoubleDouble(value))).squareRoot
        if value.magnitude > 0.7 {
            let angle = arcTangent(root / DoubleDouble(value.magnitude))
            return value > 0 ? angle.value : (DoubleDouble.pi - angle).value
        }
        return (DoubleDouble.pi * DoubleDouble(0.5) - arcTangent(DoubleDouble(value) / root)).value
    }

    static func atan2(_ rise: Double, _ run: Double) -> Double {
        if rise.isNaN || run.isNaN { return .nan }
        let pi = DoubleDouble.pi.high
        func signed(_ value: Double) -> Double { Double(signOf: rise, magnitudeOf: value) }
        if rise == 0 { return run.sign == .minus ? signed(pi) : signed(0) }
        if run == 0 { return signed(pi / 2) }
        if run.isInfinite {
            if rise.isInfinite { return signed(run > 0 ? pi / 4 : 3 * pi / 4) }
            return signed(run > 0 ? 0 : pi)
        }
        if rise.isInfinite { return signed(pi / 2) }
        let angle = atan(rise / run)
        if run < 0 { return angle <= 0 ? angle + pi : angle - pi }
        return angle
    }

    static func hypot(_ first: Double, _ second: Double) -> Double {
        if first.isInfinite || second.isInfinite { return .infinity }
        let (large, small) = (max(first.magnitude, second.magnitude), min(first.magnitude, second.magnitude))
        if large == 0 { return 0 }
        let ratio = DoubleDouble(small) / DoubleDouble(large)
        return (DoubleDouble(large) * (DoubleDouble(1) + ratio * ratio).squareRoot).value
    }

    // MARK: hyperbolic functions

    static func cosh(_ value: Double) -> Double {
        if value.magnitude > 21 { return exp(value.magnitude - 0.6931471805599453) }
        return (exp(value) + exp(-value)) / 2
    }

    static func sinh(_ value: Double) -> Double {
        if value.magnitude > 21 { return Double(signOf: value, magnitudeOf: exp(value.magnitude - 0.6931471805599453)) }
        if value.magnitude > 0.5 { return (exp(value) - exp(-value)) / 2 }
        let square = value * value
        var term = value
        var sum = value
        for step in stride(from: 2.0, to: 20, by: 2) {
            term *= square / (step * (step + 1))
            sum += term
        }
        return sum
    }

    static func tanh(_ value: Double) -> Double {
        if value.magnitude > 22 { return Double(signOf: value, magnitudeOf: 1) }
        return sinh(value) / cosh(value)
    }

    static func asinh(_ value: Double) -> Double {
        if !value.isFinite || value == 0 { return value }
        let magnitude = value.magnitude
        if magnitude < 1e-4 { return value - value * value * value / 6 }
        return Double(signOf: value, magnitudeOf: log(magnitude + (magnitude * magnitude + 1).squareRoot()))
    }

    static func acosh(_ value: Double) -> Double {
        value < 1 ? .nan : log(value + (value * value - 1).squareRoot())
    }

    static func atanh(_ value: Double) -> Double {
        if value.magnitude < 1e-4 { return value + value * value * value / 3 }
        return 0.5 * log((1 + value) / (1 - value))
    }

    /// Gamma; of whole numbers as exact as a float is.
    static func gamma(_ value: Double) -> Double {
        if value.isNaN || value == -.infinity { return .nan }
        if value > 171.7 { return .infinity }
        if value == value.rounded(.towardZero) {
            if value == 0 { return Double(signOf: value, magnitudeOf: .infinity) }
            if value < 0 { return .nan }
            var product = DoubleDouble(1)
            for factor in stride(from: 2.0, to: value, by: 1) { product = product * DoubleDouble(factor) }
            return product.value
        }
        if value < 0.5 { return DoubleDouble.pi.high / (sin(DoubleDouble.pi.high * value) * gamma(1 - value)) }
        let weights = [
            676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
            -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
        ]
        let shifted = value - 1
        var sum = 0.99999999999980993
        for (place, weight) in weights.enumerated() { sum += weight / (shifted + Double(place) + 1) }
        let base = shifted + 7.5
        return 2.5066282746310002 * pow(base, shifted + 0.5) * exp(-base) * sum
    }
}

/// The field of 256 elements that the code computes in: bytes are polynomials over GF(2) modulo
/// x⁸ + x⁴ + x³ + x² + 1, addition is exclusive or, and 2 generates every element but 0.
enum GaloisField {
    private static let polynomial = 0x11d

    /// Powers of 2, twice around so that a sum of two logarithms needs no reduction.
    private static let powers: [UInt8] = {
        var powers: [UInt8] = []
        var element = 1
        for _ in 0..<(2 * 255) {
            powers.append(UInt8(element))
            element <<= 1
            if element > 255 { element ^= polynomial }
        }
        return powers
    }()

    /// The exponent of 2 for every element; that of 0 is never used.
    private static let logarithms: [Int] = {
        var logarithms = [Int](repeating: 0, count: 256)
        for exponent in 0..<255 { logarithms[Int(powers[exponent])] = exponent }
        return logarithms
    }()

    static func product(_ left: UInt8, _ right: UInt8) -> UInt8 {
        guard left != 0, right != 0 else { return 0 }
        return powers[logarithms[Int(left)] + logarithms[Int(right)]]
    }

    /// - Parameter element: not 0.
    static func inverse(_ element: UInt8) -> UInt8 {
        precondition(element != 0)
        return powers[255 - logarithms[Int(element)]]
    }

    /// 0⁰ is 1.
    static func power(_ base: UInt8, _ exponent: Int) -> UInt8 {
        guard exponent > 0 else { return 1 }
        guard base != 0 else { return 0 }
        return powers[logarithms[Int(base)] * exponent % 255]
    }
}

/// Arithmetic with remainders modulo a CRC's polynomial, for checksums whose bytes are gone.
///
/// A word is a polynomial over GF(2) with its bits reversed, as the reflected CRCs keep it: the most
/// significant bit is x⁰. The sum is exclusive or.
struct CRCPolynomial<Word: FixedWidthInteger & UnsignedInteger> {
    /// Without its leading term.
    let reflected: Word

    private var one: Word { 1 << (Word.bitWidth - 1) }

    /// Bytes that follow multiply what came before by x⁸ each. The all-ones start and end of these CRCs
    /// cancel out between the two checksums.
    func combine(_ first: Word, _ second: Word, secondSize: Int64) -> Word {
        precondition(secondSize >= 0)
        return product(first, power(of: one >> 8, UInt64(secondSize))) ^ second
    }

    private func power(of base: Word, _ exponent: UInt64) -> Word {
        var result = one
        var square = base
        var rest = exponent
        while rest != 0 {
            if rest & 1 == 1 { result = product(result, square) }
            rest >>= 1
            if rest != 0 { square = product(square, square) }
        }
        return result
    }

    private func product(_ left: Word, _ right: Word) -> Word {
        var sum: Word = 0
        var shifted = left
        var coefficient = one
        while coefficient != 0 {
            if right & coefficient != 0 { sum ^= shifted }
            shifted = shifted & 1 == 1 ? shifted >> 1 ^ reflected : shifted >> 1
            coefficient >>= 1
        }
        return sum
    }
}

extension FixedWidthInteger {
    var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
}

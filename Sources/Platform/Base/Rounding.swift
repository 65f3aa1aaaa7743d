extension BinaryInteger {
    /// The quotient rounded up: how many groups of `divisor` are needed to hold `self`.
    package func dividedRoundingUp(by divisor: Self) -> Self {
        precondition(self >= 0 && divisor > 0)
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder == 0 ? quotient : quotient + 1
    }
}

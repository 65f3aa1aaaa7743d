/// Where a module below Service gets randomness from. Many tasks may call it at once.
package protocol Randomness: Sendable {
    func next() -> UInt64
}

extension Randomness {
    package func uuid() -> UUID {
        var generator = Generator(source: self)
        return UUID(using: &generator)
    }

    /// The standard library's protocol, for `shuffled(using:)` and its like.
    package var generator: some RandomNumberGenerator { Generator(source: self) }
}

private struct Generator<Source: Randomness>: RandomNumberGenerator {
    let source: Source
    mutating func next() -> UInt64 { source.next() }
}

/// The kernel's generator: fit for secrets.
package struct SystemRandomness: Randomness {
    package init() {}

    package func next() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}

/// A small deterministic generator (SplitMix64) for tests: the same seed, the same numbers.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

import Base

/// Randomness that follows from a seed.
package final class SeededRandomness: Randomness {
    private let generator: Locked<SeededGenerator>

    package init(seed: UInt64) { generator = Locked(SeededGenerator(seed: seed)) }

    package func next() -> UInt64 { generator.withLock { $0.next() } }
}

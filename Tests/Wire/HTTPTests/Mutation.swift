import Base

/// Seeded damage to a sample.
struct Mutation {
    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// Up to four bytes changed, removed, doubled or inserted, mostly ones that mean something.
    mutating func mutate(_ sample: [UInt8]) -> [UInt8] {
        var bytes = sample
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let index = Int.random(in: bytes.indices, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[index] = byte()
            case 1: bytes.remove(at: index)
            case 2: bytes.insert(byte(), at: index)
            case 3:
                let end = min(bytes.count, index + Int.random(in: 1...20, using: &random))
                bytes.insert(contentsOf: bytes[index..<end], at: index)
            default:
                bytes.removeSubrange(index..<min(bytes.count, index + Int.random(in: 1...20, using: &random)))
            }
        }
        return bytes
    }

    /// Ascending places to cut `count` bytes at.
    mutating func cuts(_ count: Int) -> [Int] {
        guard count > 1 else { return [] }
        return Set(
            (0..<Int.random(in: 0...5, using: &random)).map { _ in Int.random(in: 1..<count, using: &random) }
        )
        .sorted()
    }

    private mutating func byte() -> UInt8 {
        let telling = Array("\r\n\t \0;:,0aF*/\u{7f}".utf8)
        guard Bool.random(using: &random) else { return UInt8.random(in: 0...255, using: &random) }
        return telling[Int.random(in: telling.indices, using: &random)]
    }
}

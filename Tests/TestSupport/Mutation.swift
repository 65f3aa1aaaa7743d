/// `bytes` with one to four of them changed, removed, doubled or swapped for characters that parsers of
/// text care about.
package func mutated(_ bytes: [UInt8], using generator: inout some RandomNumberGenerator) -> [UInt8] {
    var bytes = bytes
    let telling = Array("%&=;:,/ \r\n\"<>-0\u{0}".utf8)
    for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
        let index = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: index)
        case 2: bytes.insert(bytes[index], at: index)
        case 3: bytes[index] = telling.randomElement(using: &generator) ?? 0
        case 4: bytes.removeSubrange(index..<Int.random(in: index...bytes.count, using: &generator))
        default: bytes.insert(telling.randomElement(using: &generator) ?? 0, at: index)
        }
    }
    return bytes
}

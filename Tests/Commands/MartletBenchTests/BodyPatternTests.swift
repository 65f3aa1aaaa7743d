import Testing

@testable import martlet_bench

@Suite struct BodyPatternTests {
    private static let block = BodyPattern.blockSizeMax

    @Test(arguments: [0, 1, 7, 8, 4095, 4096, 4097, 4103, block - 1, block, block + 1, 2 * block + 4100])
    func theBlocksOfAnObjectMakeUpItsSize(size: Int) {
        #expect(bytes(BodyPattern(size: size), object: 3).count == size)
    }

    @Test(arguments: [8, 4096, 5000, block + 9, 2 * block])
    func anObjectIsTheSameWhateverWasMadeBefore(size: Int) {
        var used = BodyPattern(size: size)
        for object in [9, 0, 3] { _ = bytes(&used, object: object) }
        #expect(bytes(&used, object: 7) == bytes(BodyPattern(size: size), object: 7))
    }

    @Test(arguments: [8, 4096, 3 * 4096, block + 4096])
    func everyStretchOfAnObjectIsItsOwn(size: Int) {
        var seen: Set<[UInt8]> = []
        for object in 0..<4 {
            let bytes = bytes(BodyPattern(size: size), object: object)
            for start in stride(from: 0, to: size, by: BodyPattern.stampInterval) {
                #expect(seen.insert(Array(bytes[start..<(start + 8)])).inserted)
            }
        }
    }

    @Test func theDigestIsOfTheWholeObject() {
        var pattern = BodyPattern(size: 0)
        #expect(
            pattern.digest(ofObject: 5).hexadecimalText
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        )
        var large = BodyPattern(size: Self.block + 1)
        #expect(large.digest(ofObject: 0) != large.digest(ofObject: 1))
        #expect(large.digest(ofObject: 0) == large.digest(ofObject: 0))
    }

    private func bytes(_ pattern: BodyPattern, object: Int) -> [UInt8] {
        var pattern = pattern
        return bytes(&pattern, object: object)
    }

    private func bytes(_ pattern: inout BodyPattern, object: Int) -> [UInt8] {
        (0..<pattern.blockCount).flatMap { index in pattern.withBlock(index, ofObject: object) { Array($0) } }
    }
}

extension [UInt8] {
    fileprivate var hexadecimalText: String {
        map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}

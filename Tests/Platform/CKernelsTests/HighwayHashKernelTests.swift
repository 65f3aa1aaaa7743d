import Base
import CKernels
import Testing

/// Every kernel against its portable twin.
@Suite struct HighwayHashKernelTests {
    private static let key: [UInt64] = [0x0706_0504_0302_0100, .max, 0, 0x8000_0000_0000_0001]
    private static let bigSizes = [1 << 12, (1 << 16) + 1, (1 << 18) + 31, (1 << 20) - 1]

    @Test("the chosen kernel agrees, whatever the size and alignment", arguments: 0..<32)
    func chosen(misalignment: Int) {
        let bytes = randomBytes(count: 400, seed: UInt64(misalignment))
        let wrongSizes = (0...300).filter { size in
            let message = bytes[misalignment..<misalignment + size]
            return digest(message, highwayhash256) != digest(message, highwayhash256_portable)
        }
        #expect(wrongSizes.isEmpty)
    }

    @Test("messages hashed together agree with each alone", arguments: 0...9)
    func together(count: Int) {
        for size in [0, 1, 31, 32, 33, 64, 300, 4097] {
            expectAgreement(messageCount: count, size: size, misalignment: count) {
                key,
                messages,
                size,
                digests in
                highwayhash256_many(key, messages, count, size, digests)
            }
        }
    }

    #if arch(x86_64)
    @Test("AVX2", .enabled(if: processor_has_avx2(), "this processor lacks AVX2"), arguments: 0..<32)
    func avx2(misalignment: Int) {
        let bytes = randomBytes(count: 400, seed: UInt64(misalignment))
        let wrongSizes = (0...300).filter { size in
            let message = bytes[misalignment..<misalignment + size]
            return digest(message, highwayhash256_avx2) != digest(message, highwayhash256_portable)
        }
        #expect(wrongSizes.isEmpty)
    }

    @Test("AVX2, large", .enabled(if: processor_has_avx2(), "this processor lacks AVX2"), arguments: bigSizes)
    func avx2(size: Int) {
        let message = randomBytes(count: size, seed: UInt64(size))[...]
        #expect(digest(message, highwayhash256_avx2) == digest(message, highwayhash256_portable))
    }

    @Test(
        "AVX2, two messages",
        .enabled(if: processor_has_avx2(), "this processor lacks AVX2"),
        arguments: Array(0...300) + bigSizes
    )
    func avx2Pair(size: Int) {
        expectAgreement(messageCount: 2, size: size, misalignment: size % 32, highwayhash256_2_avx2)
    }

    @Test(
        "AVX-512, four messages",
        .enabled(if: processor_has_avx512(), "this processor lacks AVX-512"),
        arguments: Array(0...300) + bigSizes
    )
    func avx512Quadruple(size: Int) {
        expectAgreement(messageCount: 4, size: size, misalignment: size % 32, highwayhash256_4_avx512)
    }
    #endif

    private typealias Kernel = (
        UnsafePointer<UInt64>, UnsafeRawPointer?, Int, UnsafeMutableRawPointer
    ) -> Void
    private typealias ManyKernel = (
        UnsafePointer<UInt64>, UnsafePointer<UnsafeRawPointer>, Int, UnsafePointer<UnsafeMutableRawPointer>
    ) -> Void

    private func digest(_ message: ArraySlice<UInt8>, _ kernel: Kernel) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        message.withUnsafeBytes { message in
            digest.withUnsafeMutableBytes { target in
                guard let target = target.baseAddress else { return }
                kernel(Self.key, message.baseAddress, message.count, target)
            }
        }
        return digest
    }

    /// Runs `kernel` on slices of one random buffer and compares every digest with the twin's.
    private func expectAgreement(
        messageCount: Int,
        size: Int,
        misalignment: Int,
        _ kernel: ManyKernel,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        // One byte apart more than the size, so that every message is aligned differently.
        let stride = size + 1
        let bytes = randomBytes(count: misalignment + messageCount * stride + 1, seed: UInt64(size))
        var digests = [UInt8](repeating: 0, count: 32 * messageCount + 1)
        bytes.withUnsafeBytes { bytes in
            digests.withUnsafeMutableBytes { digests in
                guard let start = bytes.baseAddress, let target = digests.baseAddress else { return }
                let messages = (0..<messageCount).map { start + misalignment + $0 * stride }
                let targets = (0..<messageCount).map { target + $0 * 32 }
                // A pointer to no elements is still one.
                withUnsafeTemporaryAllocation(of: UnsafeRawPointer.self, capacity: messageCount + 1) { from in
                    _ = from.initialize(fromContentsOf: messages)
                    withUnsafeTemporaryAllocation(
                        of: UnsafeMutableRawPointer.self,
                        capacity: messageCount + 1
                    ) { into in
                        _ = into.initialize(fromContentsOf: targets)
                        guard let from = from.baseAddress, let into = into.baseAddress else { return }
                        kernel(Self.key, from, size, into)
                    }
                }
            }
        }
        for index in 0..<messageCount {
            let start = misalignment + index * stride
            #expect(
                Array(digests[index * 32..<(index + 1) * 32])
                    == digest(bytes[start..<start + size], highwayhash256_portable),
                sourceLocation: sourceLocation
            )
        }
        #expect(
            digests.last == 0,
            "nothing is written behind the last digest",
            sourceLocation: sourceLocation
        )
    }
}

func randomBytes(count: Int, seed: UInt64) -> [UInt8] {
    var random = SeededGenerator(seed: seed)
    let words = (0..<count / 8 + 1).map { _ in random.next() }
    return words.withUnsafeBytes { Array($0.prefix(count)) }
}

import Base
import Cryptography

/// The bytes of the objects of one size: known without being kept, different for every object.
///
/// An object is cut into blocks of at most 1 MiB of the same random bytes. Every 4 KiB begins with a stamp
/// made of the object's size and number and the position, so that no piece of an object can be taken for
/// another piece or for another object's:
///
///     0      8                  4096   4104                8192
///     | stamp | random bytes … | stamp | random bytes …    | …
struct BodyPattern {
    static let blockSizeMax = 1 << 20
    static let stampInterval = 4096

    /// Bytes in an object.
    let size: Int
    private var block: [UInt8]

    init(size: Int) {
        precondition(size >= 0)
        self.size = size
        var generator = SeededGenerator(seed: UInt64(size))
        block = []
        while block.count < min(size, Self.blockSizeMax) {
            withUnsafeBytes(of: generator.next().littleEndian) { block += $0 }
        }
        block.removeLast(block.count - min(size, Self.blockSizeMax))
    }

    var blockCount: Int { size.dividedRoundingUp(by: Self.blockSizeMax) }

    /// Calls `body` with block `index` of object `number`.
    mutating func withBlock<Answer, Failure: Error>(
        _ index: Int,
        ofObject number: Int,
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        precondition((0..<blockCount).contains(index))
        let blockSize = min(Self.blockSizeMax, size - index * Self.blockSizeMax)
        for offset in stride(from: 0, to: blockSize, by: Self.stampInterval) {
            stamp(
                offset,
                (UInt64(number) << 24) ^ UInt64((index * Self.blockSizeMax + offset) / Self.stampInterval)
            )
        }
        return try block.withUnsafeBufferPointer { (bytes) throws(Failure) in
            try body(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[..<blockSize])))
        }
    }

    /// SHA-256 over the whole of object `number`.
    mutating func digest(ofObject number: Int) -> [UInt8] {
        var digest = SHA256()
        for index in 0..<blockCount { withBlock(index, ofObject: number) { digest.update($0) } }
        return digest.finalize()
    }

    private mutating func stamp(_ offset: Int, _ position: UInt64) {
        var generator = SeededGenerator(seed: position ^ UInt64(size) << 40)
        withUnsafeBytes(of: generator.next().littleEndian) { stamp in
            for index in 0..<min(stamp.count, block.count - offset) { block[offset + index] = stamp[index] }
        }
    }
}

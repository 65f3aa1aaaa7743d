import Base

/// What an encrypted payload begins with:
///
///     offset  0         32         33       41
///             │ salt 32 │ id 1     │ nonce 8 │ stream …
struct PayloadHeader {
    static let size = saltSize + 1 + SealedStream.nonceSize
    private static let saltSize = 32

    let salt: [UInt8]
    let algorithm: PayloadAlgorithm
    let nonce: [UInt8]

    /// A salt and a nonce never used before.
    init(_ algorithm: PayloadAlgorithm, using randomness: some Randomness) {
        salt = Self.bytes(Self.saltSize, from: randomness)
        nonce = Self.bytes(SealedStream.nonceSize, from: randomness)
        self.algorithm = algorithm
    }

    init(reading payload: ArraySlice<UInt8>) throws(AdminEncryptionError) {
        guard payload.count >= Self.size else { throw .truncated(size: payload.count) }
        salt = Array(payload.prefix(Self.saltSize))
        let id = payload[payload.startIndex + Self.saltSize]
        guard let algorithm = PayloadAlgorithm(rawValue: id) else { throw .unknownAlgorithm(id: id) }
        self.algorithm = algorithm
        nonce = Array(payload.prefix(Self.size).suffix(SealedStream.nonceSize))
    }

    /// - Parameter count: a multiple of 8.
    private static func bytes(_ count: Int, from randomness: some Randomness) -> [UInt8] {
        (0..<count / 8).flatMap { _ in withUnsafeBytes(of: randomness.next().littleEndian) { Array($0) } }
    }

    var bytes: [UInt8] { salt + [algorithm.rawValue] + nonce }
}

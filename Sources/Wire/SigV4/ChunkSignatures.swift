internal import Base
internal import Cryptography

/// The chain of signatures over a body's chunks: each covers the one before it, the first the request's.
struct ChunkSignatures: Sendable {
    let key: SigningKey
    /// The request's time, as in `20150830T123600Z`.
    let date: String

    private static let emptyDigest = SHA256.hash([]).hexadecimal

    /// 64 lower-case hexadecimal digits, as every signature here.
    func signature(ofChunkDigest digest: [UInt8], after previous: [UInt8]) -> [UInt8] {
        let text = "\(algorithmName)-PAYLOAD\n\(date)\n\(key.scope.text)\n"
        return key.signature(
            of: Array(text.utf8) + previous + Array("\n\(Self.emptyDigest)\n\(digest.hexadecimal)".utf8)
        )
    }

    /// `trailer` is every trailing field but the signature as `name:value` and a line feed.
    func signature(ofTrailer trailer: [UInt8], after previous: [UInt8]) -> [UInt8] {
        let text = "\(algorithmName)-TRAILER\n\(date)\n\(key.scope.text)\n"
        return key.signature(
            of: Array(text.utf8) + previous + Array("\n\(SHA256.hash(trailer).hexadecimal)".utf8)
        )
    }
}

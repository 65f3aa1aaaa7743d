/// Why a payload cannot be decrypted or encrypted.
package enum AdminEncryptionError: Error, Equatable, Sendable {
    /// The payload is larger than its reader allows. Nothing was computed.
    case tooLarge(size: Int, sizeMax: Int)
    /// No payload has this size: its header or a chunk is cut off. Nothing was computed.
    case truncated(size: Int)
    /// The payload names a way to encrypt that does not exist. Nothing was computed.
    case unknownAlgorithm(id: UInt8)
    /// The password is another one, or the payload was changed: which of them, nobody can tell.
    case notAuthentic
    /// Too many derivations wait already; later there may be room.
    case tooManyDerivations
    /// The task was cancelled while it waited for its turn.
    case cancelled
    /// The system has not this much memory for a derivation, in bytes.
    case noMemory(size: Int)
}

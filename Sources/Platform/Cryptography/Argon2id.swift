import CArgon2

/// Argon2id version 1.3 (RFC 9106): turns a password into a key, at a cost in memory that makes guessing dear.
///
/// With one iteration over 64 MiB in four lanes a derivation holds 64 MiB and takes some 80 ms of one core: run
/// it where nobody else waits, and bound how many run at once.
package struct Argon2id: Sendable, Hashable {
    /// Passes over the memory, at least 1.
    package let iterationCount: Int
    /// At least 8 for each lane.
    package let memoryKiB: Int
    /// Parts of the memory that are filled independently. Changes the key.
    package let laneCount: Int
    /// Threads that fill the lanes. Does not change the key, nor the work, only how long it takes.
    ///
    /// With one the calling thread does everything. With more libargon2 starts a thread for each lane four times
    /// a pass and waits for them, which costs some milliseconds more.
    package let threadCount: Int

    package init(iterationCount: Int, memoryKiB: Int, laneCount: Int, threadCount: Int = 1) {
        precondition(iterationCount > 0 && laneCount > 0 && memoryKiB >= 8 * laneCount)
        precondition((1...laneCount).contains(threadCount))
        self.iterationCount = iterationCount
        self.memoryKiB = memoryKiB
        self.laneCount = laneCount
        self.threadCount = threadCount
    }

    /// Keeps the calling thread busy until the key is there. The memory is wiped and given back to the system.
    ///
    /// - Parameter salt: at least 8 bytes.
    /// - Parameter size: of the key, in bytes, at least 4.
    /// - Throws: ``CryptographyError/noMemory(size:)`` or ``CryptographyError/noThread``.
    package func deriveKey(password: [UInt8], salt: [UInt8], size: Int) throws(CryptographyError) -> [UInt8] {
        precondition(salt.count >= 8 && size >= 4)
        var key = [UInt8](repeating: 0, count: size)
        switch Argon2_ErrorCodes(rawValue: fill(&key, password: password, salt: salt)) {
        case ARGON2_OK: return key
        case ARGON2_MEMORY_ALLOCATION_ERROR: throw .noMemory(size: memoryKiB << 10)
        case ARGON2_THREAD_FAIL: throw .noThread
        case let code: preconditionFailure("libargon2 refuses its parameters: \(code.rawValue)")
        }
    }

    private func fill(_ key: inout [UInt8], password: [UInt8], salt: [UInt8]) -> CInt {
        // libargon2's inputs are not const, but without flags that ask for wiping it only reads them.
        var password = password
        var salt = salt
        return key.withUnsafeMutableBufferPointer { key in
            password.withUnsafeMutableBufferPointer { password in
                salt.withUnsafeMutableBufferPointer { salt in
                    var context = argon2_context()
                    (context.out, context.outlen) = (key.baseAddress, UInt32(key.count))
                    (context.pwd, context.pwdlen) = (password.baseAddress, UInt32(password.count))
                    (context.salt, context.saltlen) = (salt.baseAddress, UInt32(salt.count))
                    context.t_cost = UInt32(iterationCount)
                    context.m_cost = UInt32(memoryKiB)
                    context.lanes = UInt32(laneCount)
                    context.threads = UInt32(threadCount)
                    context.version = ARGON2_VERSION_13.rawValue
                    return argon2_ctx(&context, Argon2_id)
                }
            }
        }
    }
}

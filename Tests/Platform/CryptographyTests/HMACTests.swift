import Base
import Cryptography
import Testing

@Suite struct HMACTests {
    /// RFC 4231: key, message, code.
    private static let sha256Vectors: [([UInt8], [UInt8], String)] = [
        (
            [UInt8](repeating: 0x0b, count: 20), Array("Hi There".utf8),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xaa, count: 20), [UInt8](repeating: 0xdd, count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        (
            Array(1...25), [UInt8](repeating: 0xcd, count: 50),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
        ),
        (
            [UInt8](repeating: 0xaa, count: 131),
            Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
    ]

    /// RFC 2202: key, message, code.
    private static let sha1Vectors: [([UInt8], [UInt8], String)] = [
        (
            [UInt8](repeating: 0x0b, count: 20), Array("Hi There".utf8),
            "b617318655057264e28bc0b6fb378c8ef146be00"
        ),
        (
            Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
        ),
        (
            [UInt8](repeating: 0xaa, count: 20), [UInt8](repeating: 0xdd, count: 50),
            "125d7342b9ac11cd91a39af48aa17b4f63f175d3"
        ),
        (
            [UInt8](repeating: 0xaa, count: 80),
            Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            "aa4ae5e15272d00e95705637ce8a3b55ed402112"
        ),
    ]

    @Test(arguments: sha256Vectors)
    func sha256(key: [UInt8], message: [UInt8], expected: String) {
        #expect(HMACSHA256.authenticate(message, key: key).hexadecimal == expected)
    }

    @Test(arguments: sha1Vectors)
    func sha1(key: [UInt8], message: [UInt8], expected: String) {
        #expect(HMACSHA1.authenticate(message, key: key).hexadecimal == expected)
    }

    /// A context used again must not keep the last key where the next one is empty.
    @Test("an empty key is a key, after any other", arguments: 0..<4)
    func emptyKey(round: Int) {
        _ = HMACSHA256.authenticate([1], key: [UInt8](repeating: 7, count: round))
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        let empty = "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"
        #expect(HMACSHA256.authenticate(nothing, key: nothing).hexadecimal == empty)
        #expect(HMACSHA256.authenticate([], key: []).hexadecimal == empty)
        #expect(HMACSHA1.authenticate([], key: []).hexadecimal == "fbdb1d1b18aa6c08324b7d64b71fb76370690e1d")
    }

    @Test func manyTasksAuthenticateAtOnce() async {
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let vector = Self.sha256Vectors[number % Self.sha256Vectors.count]
                    await Task.yield()
                    return HMACSHA256.authenticate(vector.1, key: vector.0).hexadecimal == vector.2
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }
}

@Suite struct ConstantTimeEqualityTests {
    @Test func equalBytesAreEqual() {
        #expect(constantTimeEqual([UInt8](), []))
        #expect(constantTimeEqual([0], [0]))
        #expect(constantTimeEqual(Array("secret".utf8), Array("secret".utf8)))
    }

    @Test("one bit anywhere tells two secrets apart", arguments: 0..<64)
    func oneBit(bit: Int) {
        let secret = [UInt8](repeating: 0x5a, count: 8)
        var guess = secret
        guess[bit / 8] ^= 1 << UInt8(bit % 8)
        #expect(!constantTimeEqual(secret, guess))
    }

    @Test func differentSizesAreDifferent() {
        #expect(!constantTimeEqual([], [0]))
        #expect(!constantTimeEqual([0, 0], [0]))
    }
}

import Base
import Cryptography
import Testing

@Suite struct DigestTests {
    /// RFC 1321 §A.5.
    @Test(arguments: [
        ("", "d41d8cd98f00b204e9800998ecf8427e"),
        ("a", "0cc175b9c0f1b6a831c399e269772661"),
        ("abc", "900150983cd24fb0d6963f7d28e17f72"),
        ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
        ("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
        (
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
            "d174ab98d277d9f5a5611c2c9f419d9f"
        ),
        (
            "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
            "57edf4a22be3c955ac49da2e2107b67a"
        ),
    ])
    func md5(message: String, expected: String) {
        #expect(MD5.hash(Array(message.utf8)).hexadecimal == expected)
    }

    /// FIPS 180-4's examples, and RFC 3174's.
    @Test(arguments: [
        ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
        ),
    ])
    func sha1(message: String, expected: String) {
        #expect(SHA1.hash(Array(message.utf8)).hexadecimal == expected)
    }

    /// FIPS 180-4's examples, and RFC 6234's.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func sha256(message: String, expected: String) {
        #expect(SHA256.hash(Array(message.utf8)).hexadecimal == expected)
    }

    @Test("pieces of any size give what one pass gives", arguments: [1, 7, 63, 64, 65, 999, 1000])
    func pieces(pieceSize: Int) {
        let message = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        var md5 = MD5()
        var sha1 = SHA1()
        var sha256 = SHA256()
        for start in stride(from: 0, to: message.count, by: pieceSize) {
            message[start..<min(start + pieceSize, message.count)].withUnsafeBytes { piece in
                md5.update(piece)
                sha1.update(piece)
                sha256.update(piece)
            }
        }
        #expect(md5.finalize() == MD5.hash(message))
        #expect(sha1.finalize() == SHA1.hash(message))
        #expect(sha256.finalize() == SHA256.hash(message))
    }

    @Test func aFinishedDigestStartsOver() {
        var digest = SHA256()
        Array("abc".utf8).withUnsafeBytes { digest.update($0) }
        let first = digest.finalize()
        #expect(digest.finalize() == SHA256.hash([]))
        Array("abc".utf8).withUnsafeBytes { digest.update($0) }
        var second = [UInt8](repeating: 0, count: SHA256.size)
        second.withUnsafeMutableBytes { digest.finalize(into: $0) }
        #expect(second == first)
    }

    @Test func manyTasksHashAtOnce() async {
        let message = [UInt8](repeating: 0x61, count: 10_000)
        let expected = MD5.hash(message)
        await withTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<32 {
                group.addTask {
                    var digest = MD5()
                    for start in stride(from: 0, to: message.count, by: 1000) {
                        message[start..<start + 1000].withUnsafeBytes { digest.update($0) }
                        await Task.yield()
                    }
                    return digest.finalize()
                }
            }
            for await digest in group { #expect(digest == expected) }
        }
    }
}

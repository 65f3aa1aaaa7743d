import Base
import Cryptography
import Foundation
import Testing

@Suite struct PBKDF2Tests {
    /// RFC 7914 §11.
    @Test(arguments: [
        (
            "passwd", "salt", 1,
            """
            55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc
            49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783
            """
        ),
        (
            "Password", "NaCl", 80000,
            """
            4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56
            a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d
            """
        ),
    ])
    func sha256(password: String, salt: String, iterationCount: Int, key: String) {
        #expect(
            PBKDF2.deriveKey(
                SHA256Algorithm.self,
                password: Array(password.utf8),
                salt: Array(salt.utf8),
                iterationCount: iterationCount,
                size: 64
            ) == bytes(key)
        )
    }

    /// RFC 6070, and Python's hashlib for the empty password.
    @Test func otherHashesAndAnEmptyPassword() {
        #expect(
            PBKDF2.deriveKey(
                SHA1Algorithm.self,
                password: Array("password".utf8),
                salt: Array("salt".utf8),
                iterationCount: 4096,
                size: 20
            ).hexadecimal == "4b007901b765489abead49d926f721d065a429c1"
        )
        #expect(
            PBKDF2.deriveKey(
                SHA512Algorithm.self,
                password: [],
                salt: Array("salt".utf8),
                iterationCount: 1,
                size: 32
            ).hexadecimal == "00ef42cdbfc98d29db20976608e455567fdddf141f6eb03b5a85addd25974f5d"
        )
    }
}

@Suite struct Argon2idTests {
    /// OpenSSL 3.5's Argon2id, through Python's cryptography.
    @Test(arguments: [
        (
            "password", Argon2id(iterationCount: 1, memoryKiB: 64, laneCount: 4),
            "19938945ef59b95503dae9c597a52c1ff4b1dfa6d09e852796716f433eef4fcf"
        ),
        (
            "password", Argon2id(iterationCount: 3, memoryKiB: 256, laneCount: 2),
            """
            1afb879f8bb8a8c9d255ec2bb5413f143cecae5365002a912caf3dcab6ea7169
            911650af35a35686edeb85079f1533e37045fa17799297ba16fe4a1518c390ba
            """
        ),
        ("", Argon2id(iterationCount: 1, memoryKiB: 32, laneCount: 4), "4dcf0cfa"),
        (
            "password", Argon2id(iterationCount: 1, memoryKiB: 65536, laneCount: 4),
            "716733ba17477e10c0eac8788a61e795df9c5086d785b7de8e295b910fe9fd4a"
        ),
    ])
    func aSecondImplementationDerivesTheSame(password: String, function: Argon2id, key: String) throws {
        let key = bytes(key)
        #expect(
            try function.deriveKey(
                password: Array(password.utf8),
                salt: Array("somesalt".utf8),
                size: key.count
            ) == key
        )
    }

    @Test(arguments: [1, 2, 3, 4]) func theNumberOfThreadsChangesNothing(threadCount: Int) throws {
        let function = Argon2id(iterationCount: 2, memoryKiB: 512, laneCount: 4, threadCount: threadCount)
        let single = Argon2id(iterationCount: 2, memoryKiB: 512, laneCount: 4)
        let salt = Array("saltsalt".utf8)
        #expect(
            try function.deriveKey(password: [1], salt: salt, size: 32)
                == single.deriveKey(password: [1], salt: salt, size: 32)
        )
    }

    /// Where the system promises memory that it does not have, asking for this much is no test but an accident.
    private static let isMemoryCounted =
        FileManager.default.contents(atPath: "/proc/sys/vm/overcommit_memory") != Data("1\n".utf8)

    @Test(.enabled(if: isMemoryCounted, "this system grants memory without end"))
    func memoryThatIsNotThereIsAnError() {
        let tooLarge = Argon2id(iterationCount: 1, memoryKiB: Int(UInt32.max), laneCount: 1)
        #expect(throws: CryptographyError.noMemory(size: Int(UInt32.max) << 10)) {
            _ = try tooLarge.deriveKey(password: [1], salt: Array("saltsalt".utf8), size: 32)
        }
    }
}

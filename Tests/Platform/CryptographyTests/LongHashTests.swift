import Base
import Cryptography
import Testing

/// FIPS 180-4's examples and RFC 4231.
@Suite struct LongHashTests {
    @Test func sha384() {
        #expect(
            SHA384.hash(Array("abc".utf8))
                == bytes(
                    """
                    cb00753f45a35e8bb5a03d699ac65007272c32ab0eded163
                    1a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7
                    """
                )
        )
        #expect(
            SHA384.hash([])
                == bytes(
                    """
                    38b060a751ac96384cd9327eb1b1e36a21fdb71114be0743
                    4c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b
                    """
                )
        )
    }

    @Test func sha512() {
        #expect(
            SHA512.hash(Array("abc".utf8))
                == bytes(
                    """
                    ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a
                    2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f
                    """
                )
        )
        #expect(
            SHA512.hash([])
                == bytes(
                    """
                    cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce
                    47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e
                    """
                )
        )
    }

    @Test(arguments: [
        (
            [UInt8](repeating: 0x0b, count: 20), "Hi There",
            "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6",
            """
            87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde
            daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854
            """
        ),
        (
            Array("Jefe".utf8), "what do ya want for nothing?",
            "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
            """
            164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554
            9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737
            """
        ),
        (
            [UInt8](repeating: 0xaa, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
            "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030fe8296248df163f44952",
            """
            80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352
            6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598
            """
        ),
    ])
    func hmac(key: [UInt8], message: String, sha384: String, sha512: String) {
        #expect(HMACSHA384.authenticate(Array(message.utf8), key: key) == bytes(sha384))
        #expect(HMACSHA512.authenticate(Array(message.utf8), key: key) == bytes(sha512))
    }
}

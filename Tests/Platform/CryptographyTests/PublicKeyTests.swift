import Base
import Cryptography
import Testing

@Suite struct RSAPublicKeyTests {
    private let message = SignatureVector.message

    private func key(
        modulus: [UInt8] = RSAVectors.modulus,
        exponent: [UInt8] = RSAVectors.exponent
    ) throws -> RSAPublicKey {
        try RSAPublicKey(modulus: modulus, exponent: exponent)
    }

    @Test func bothPaddingsVerifyUnderTheirOwnHashOnly() throws {
        let key = try key()
        for (padding, vectors) in [
            (RSAPublicKey.Padding.pkcs1v15, RSAVectors.pkcs1v15), (.pss, RSAVectors.pss),
        ] {
            for vector in vectors {
                for otherPadding in RSAPublicKey.Padding.allCases {
                    for digest in SignatureDigest.allCases {
                        let isValid = key.isValid(
                            vector.signature,
                            of: message,
                            digest: digest,
                            padding: otherPadding
                        )
                        #expect(isValid == (digest == vector.digest && padding == otherPadding))
                    }
                }
            }
        }
    }

    @Test func otherMessagesAndChangedSignaturesAreRefused() throws {
        let key = try key()
        let signature = RSAVectors.pkcs1v15[0].signature
        func isValid(_ signature: [UInt8], _ message: [UInt8]) -> Bool {
            RSAPublicKey.Padding.allCases.contains {
                key.isValid(signature, of: message, digest: .sha256, padding: $0)
            }
        }
        #expect(isValid(signature, message))
        #expect(!isValid(signature, []))
        #expect(!isValid(signature, message + [0]))
        for index in signature.indices {
            var changed = signature
            changed[index] ^= 1
            #expect(!isValid(changed, message))
        }
        #expect(!isValid([], message))
        #expect(!isValid(Array(signature.dropLast()), message))
        #expect(!isValid([0] + signature, message))
        #expect(!isValid([UInt8](repeating: 0, count: 256), message))
        #expect(!isValid([UInt8](repeating: 0xff, count: 256), message))
        #expect(!isValid([UInt8](repeating: 0, count: 255) + [1], message))
        #expect(!isValid(key.modulusMinusOne, message))
    }

    @Test func aSaltOfAnotherSizeIsRefused() throws {
        #expect(
            try !key().isValid(RSAVectors.pssWithShortSalt, of: message, digest: .sha256, padding: .pss)
        )
    }

    @Test func leadingZerosOfTheKeyArePassedOver() throws {
        let key = try key(modulus: [0] + RSAVectors.modulus, exponent: [0, 0, 1, 0, 1])
        let vector = RSAVectors.pkcs1v15[0]
        #expect(key.isValid(vector.signature, of: message, digest: .sha256, padding: .pkcs1v15))
    }

    @Test(
        "moduli are 2048 to 8192 bits long",
        arguments: [(0, false), (1024, false), (2047, false), (2048, true), (8192, true), (8193, false)]
    )
    func modulusSize(bits: Int, isAllowed: Bool) throws {
        var modulus = [UInt8](repeating: 0xff, count: (bits + 7) / 8)
        if bits % 8 != 0 { modulus[0] = UInt8(1 << (bits % 8)) - 1 }
        if isAllowed {
            #expect(throws: Never.self) { _ = try key(modulus: modulus) }
        } else {
            #expect(throws: CryptographyError.rsaModulusSize(bits: bits, bitsMin: 2048, bitsMax: 8192)) {
                _ = try key(modulus: modulus)
            }
        }
    }

    @Test func anEvenModulusIsRefused() {
        #expect(throws: CryptographyError.rsaModulusIsEven) {
            _ = try key(modulus: RSAVectors.modulus.dropLast() + [2])
        }
    }

    @Test(
        arguments: [
            ([], false), ([1], false), ([2], false), ([3], true), ([1, 0, 0], false), ([1, 0, 1], true),
            ([0x7f, 0xff, 0xff, 0xff], true), ([0x80, 0, 0, 1], false), ([1, 0, 0, 0, 1], false),
        ] as [([UInt8], Bool)]
    )
    func exponents(exponent: [UInt8], isAllowed: Bool) {
        if isAllowed {
            #expect(throws: Never.self) { _ = try key(exponent: exponent) }
        } else {
            #expect(throws: CryptographyError.rsaExponentNotAllowed) { _ = try key(exponent: exponent) }
        }
    }
}

extension RSAPublicKey {
    /// A signature that is its own inverse.
    fileprivate var modulusMinusOne: [UInt8] { RSAVectors.modulus.dropLast() + [RSAVectors.modulus[255] - 1] }
}

@Suite struct ECDSAPublicKeyTests {
    private let message = SignatureVector.message

    @Test("RFC 6979's signatures verify under their own hash only", arguments: CurveVectors.all)
    func vectors(vectors: CurveVectors) throws {
        let key = try ECDSAPublicKey(curve: vectors.curve, x: vectors.x, y: vectors.y)
        for vector in vectors.signatures {
            for digest in SignatureDigest.allCases {
                let isValid = key.isValid(vector.signature, of: message, digest: digest)
                #expect(isValid == (digest == vector.digest))
            }
            #expect(!key.isValid(vector.signature, of: message + [0], digest: vector.digest))
        }
    }

    @Test("anything but two numbers of full size is refused", arguments: CurveVectors.all)
    func forms(vectors: CurveVectors) throws {
        let key = try ECDSAPublicKey(curve: vectors.curve, x: vectors.x, y: vectors.y)
        let signature = vectors.signatures[0].signature
        let size = vectors.curve.coordinateSize
        let (r, s) = (Array(signature.prefix(size)), Array(signature.suffix(size)))
        let zero = [UInt8](repeating: 0, count: size)
        let one = Array(zero.dropLast()) + [1]
        let largest = [UInt8](repeating: 0xff, count: size)
        let forged: [[UInt8]] = [
            [], zero + zero, r + zero, zero + s, s + r, one + one, largest + largest, r + largest,
            Array(signature.dropLast()), signature + [0], [0] + signature, r, [0x30, 0x06, 2, 1, 1, 2, 1, 1],
        ]
        for signature in forged { #expect(!key.isValid(signature, of: message, digest: .sha256)) }
        for index in signature.indices {
            var changed = signature
            changed[index] ^= 0x40
            #expect(!key.isValid(changed, of: message, digest: .sha256))
        }
    }

    @Test(arguments: CurveVectors.all) func pointsThatAreNoneAreRefused(vectors: CurveVectors) {
        let (curve, x, y) = (vectors.curve, vectors.x, vectors.y)
        let zero = [UInt8](repeating: 0, count: x.count)
        let largest = [UInt8](repeating: 0xff, count: x.count)
        for (x, y) in [(y, x), (zero, zero), (x, zero), (largest, y), (x, largest), (x, x)] {
            #expect(throws: CryptographyError.pointNotOnCurve) {
                _ = try ECDSAPublicKey(curve: curve, x: x, y: y)
            }
        }
        for (x, y) in [([], y), (x, Array(y.dropFirst())), ([0] + x, y), (x, y + [0])] {
            let wrong = [x, y].first { $0.count != curve.coordinateSize } ?? []
            #expect(
                throws: CryptographyError.coordinateSize(size: wrong.count, expected: curve.coordinateSize)
            ) { _ = try ECDSAPublicKey(curve: curve, x: x, y: y) }
        }
    }
}

@Suite struct Ed25519PublicKeyTests {
    /// RFC 8032 §7.1, tests 1 to 3: key, message, signature.
    private static let vectors = [
        (
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
            """
            e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e3970
            1cf9b46bd25bf5f0595bbe24655141438e7a100b
            """
        ),
        (
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
            """
            92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613
            d0f11d8c387b2eaeb4302aeeb00d291612bb0c00
            """
        ),
        (
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
            """
            6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760
            984dc6594a7c15e9716ed28dc027beceea1ec40a
            """
        ),
    ]

    @Test(arguments: vectors) func rfcVectors(key: String, message: String, signature: String) throws {
        let key = try Ed25519PublicKey(encoded: bytes(key))
        let (message, signature) = (bytes(message), bytes(signature))
        #expect(key.isValid(signature, of: message))
        #expect(!key.isValid(signature, of: message + [0]))
        for index in signature.indices {
            var changed = signature
            changed[index] ^= 1
            #expect(!key.isValid(changed, of: message))
        }
        #expect(!key.isValid([], of: message))
        #expect(!key.isValid(Array(signature.dropLast()), of: message))
        #expect(!key.isValid(signature + [0], of: message))
    }

    /// s and s + L would both satisfy the equation; only the smaller one is a signature (RFC 8032 §5.1.7).
    @Test func aSignatureHasOneFormOnly() throws {
        let order = bytes("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
        let (key, _, signature) = Self.vectors[0]
        var malleated = bytes(signature)
        var carry = 0
        for index in 0..<32 {
            let sum = Int(malleated[32 + index]) + Int(order[index]) + carry
            malleated[32 + index] = UInt8(truncatingIfNeeded: sum)
            carry = sum >> 8
        }
        #expect(carry == 0)
        #expect(try !Ed25519PublicKey(encoded: bytes(key)).isValid(malleated, of: []))
    }

    @Test(arguments: [0, 31, 33]) func keysOfAnotherSizeAreRefused(size: Int) {
        #expect(throws: CryptographyError.coordinateSize(size: size, expected: 32)) {
            _ = try Ed25519PublicKey(encoded: [UInt8](repeating: 1, count: size))
        }
    }

    @Test func aKeyThatIsNoPointVerifiesNothing() throws {
        let key = try Ed25519PublicKey(encoded: [UInt8](repeating: 0xff, count: 32))
        #expect(!key.isValid(bytes(Self.vectors[0].2), of: []))
    }
}

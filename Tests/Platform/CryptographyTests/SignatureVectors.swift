import Base
import Cryptography

/// Bytes written in hexadecimal, over any number of lines.
func bytes(_ hexadecimal: String) -> [UInt8] {
    guard let bytes = [UInt8](hexadecimal: hexadecimal.filter { !$0.isWhitespace }) else {
        preconditionFailure("not hexadecimal: \(hexadecimal)")
    }
    return bytes
}

/// Signatures of `sample`.
struct SignatureVector: Sendable {
    let digest: SignatureDigest
    let signature: [UInt8]

    static let message = Array("sample".utf8)
}

/// RFC 6979 §A.2.5 to A.2.7.
struct CurveVectors: Sendable {
    let curve: EllipticCurve
    let x: [UInt8]
    let y: [UInt8]
    let signatures: [SignatureVector]

    static let all = [
        CurveVectors(
            curve: .p256,
            x: bytes(
                """
                60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6
                """
            ),
            y: bytes(
                """
                7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299
                """
            ),
            signatures: [
                SignatureVector(
                    digest: .sha256,
                    signature: bytes(
                        """
                        efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65
                        f3e900dbb9aff4064dc4ab2f843acda8
                        """
                    )
                ),
                SignatureVector(
                    digest: .sha384,
                    signature: bytes(
                        """
                        0eafea039b20e9b42309fb1d89e213057cbf973dc0cfc8f129edddc800ef77194861f0491e6998b9455193e34e7b0d28
                        4ddd7149a74b95b9261f13abde940954
                        """
                    )
                ),
                SignatureVector(
                    digest: .sha512,
                    signature: bytes(
                        """
                        8496a60b5e9b47c825488827e0495b0e3fa109ec4568fd3f8d1097678eb97f002362ab1adbe2b8adf9cb9edab740ea60
                        49c028114f2460f96554f61fae3302fe
                        """
                    )
                ),
            ]
        ),
        CurveVectors(
            curve: .p384,
            x: bytes(
                """
                ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64def8f0ea9055866064a254515480bc13
                """
            ),
            y: bytes(
                """
                8015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd2533264720
                """
            ),
            signatures: [
                SignatureVector(
                    digest: .sha256,
                    signature: bytes(
                        """
                        21b13d1e013c7fa1392d03c5f99af8b30c570c6f98d4ea8e354b63a21d3daa33bde1e888e63355d92fa2b3c36d8fb2cd
                        f3aa443fb107745bf4bd77cb3891674632068a10ca67e3d45db2266fa7d1feebefdc63eccd1ac42ec0cb8668a4fa0ab0
                        """
                    )
                ),
                SignatureVector(
                    digest: .sha384,
                    signature: bytes(
                        """
                        94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46
                        99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8
                        """
                    )
                ),
                SignatureVector(
                    digest: .sha512,
                    signature: bytes(
                        """
                        ed0959d5880ab2d869ae7f6c2915c6d60f96507f9cb3e047c0046861da4a799cfe30f35cc900056d7c99cd7882433709
                        512c8cceee3890a84058ce1e22dbc2198f42323ce8aca9135329f03c068e5112dc7cc3ef3446defceb01a45c2667fdd5
                        """
                    )
                ),
            ]
        ),
        CurveVectors(
            curve: .p521,
            x: bytes(
                """
                01894550d0785932e00eaa23b694f213f8c3121f86dc97a04e5a7167db4e5bcd371123d46e45db6b5d5370a7f20fb633
                155d38ffa16d2bd761dcac474b9a2f5023a4
                """
            ),
            y: bytes(
                """
                00493101c962cd4d2fddf782285e64584139c2f91b47f87ff82354d6630f746a28a0db25741b5b34a828008b22acc23f
                924faafbd4d33f81ea66956dfeaa2bfdfcf5
                """
            ),
            signatures: [
                SignatureVector(
                    digest: .sha256,
                    signature: bytes(
                        """
                        01511bb4d675114fe266fc4372b87682baecc01d3cc62cf2303c92b3526012659d16876e25c7c1e57648f23b73564d67
                        f61c6f14d527d54972810421e7d87589e1a7004a171143a83163d6df460aaf61522695f207a58b95c0644d87e52aa1a3
                        47916e4f7a72930b1bc06dbe22ce3f58264afd23704cbb63b29b931f7de6c9d949a7ecfc
                        """
                    )
                ),
                SignatureVector(
                    digest: .sha384,
                    signature: bytes(
                        """
                        01ea842a0e17d2de4f92c15315c63ddf72685c18195c2bb95e572b9c5136ca4b4b576ad712a52be9730627d16054ba40
                        cc0b8d3ff035b12ae75168397f5d50c6745101f21a3cee066e1961025fb048bd5fe2b7924d0cd797babe0a83b66f1e35
                        eeaf5fde143fa85dc394a7dee766523393784484bdf3e00114a1c857cde1aa203db65d61
                        """
                    )
                ),
                SignatureVector(
                    digest: .sha512,
                    signature: bytes(
                        """
                        00c328fafcbd79dd77850370c46325d987cb525569fb63c5d3bc53950e6d4c5f174e25a1ee9017b5d450606add152b53
                        4931d7d4e8455cc91f9b15bf05ec36e377fa00617cce7cf5064806c467f678d3b4080d6f1cc50af26ca209417308281b
                        68af282623eaa63e5b5c0723d8b8c37ff0777b1a20f8ccb1dccc43997f1ee0e44da4a67a
                        """
                    )
                ),
            ]
        ),
    ]
}

/// Made with PyCryptodome under the key of RFC 7515 §A.2.
enum RSAVectors {
    static let modulus = bytes(
        """
        a1f8160ae2e3c9b465ce8d2d656263362b927dbe29e1f02477fc1625cc90a136e38bd93497c5b6ea63dd7711e67c7429
        f956b0fb8a8f089adc4b69893cc1333f53edd019b87784252fec914fe4857769594bea4280d32c0f55bf62944f130396
        bc6e9bdf6ebdd2bda3678eeca0c668f701b38dbffb38c8342ce2fe6d27fade4a5a4874979dd4b9cf9adec4c75b05852c
        2c0f5ef8a5c1750392f944e8ed64c110c6b647609aa4783aeb9c6c9ad755313050638b83665c6f6f7a82a396702a1f64
        1b82d3ebf2392219491fb686872c5716f50af8358d9a8b9d17c340728f7f87d89a18d8fcab67ad84590c2ecf75933936
        3c07034d6f606f9e21e05456cae5e9a1
        """
    )
    static let exponent: [UInt8] = [1, 0, 1]

    static let pkcs1v15 = [
        SignatureVector(
            digest: .sha256,
            signature: bytes(
                """
                95be4ca1df79e890441934ec4c054ca780e822e8d442aff6579cf2578d865fe40577c9e862d588cbfe900ef2b3a9fa06
                b9bfeee2698d18a5e06b3a7aaf5915e0876f3821a61c554858f9926628074bdf26508c2de3c9b3f75104e97a3f81e5fe
                9a78566e1454cc044840a388eaef5965352a8d469aa7fcc624fe2200514ae7eac03047fa7ca5220b30dc42cb5b928b7b
                74f0d7409e2141c10af7f49f271f628c4355768a61e5e14e2c8225f7e966f88dd8b8bffe6fa0e9602f4dfdb631cc6ac6
                b8290b4a266eb129b25531651d0ae52712641c8ba2a89a100f1aaf9a54c3fa004865b7c2875eb7a9441dd519c7a1847e
                0753691a5a7129ea9ba78d8508752618
                """
            )
        ),
        SignatureVector(
            digest: .sha384,
            signature: bytes(
                """
                01170f2e560857f04bc1954edd23b57458d5dc1781702887d8182b7d166524900ca7ff647e841af325efd96a85ef1068
                f9db7639c9b03fc961b6c99c740e19aba8c2dc2930e901b3d8205e93c45cf792ae8b715666541cb9545e4bb332c84487
                46f74b916625c6d9e1c0fb582ba85b4384da0ab79af1228969b7008610f8736b5e4489d9a494dfd651405124f9b7fe70
                97facfd4805ec072bc0ab57c9aca6741c5d3be33a9b5ab090fb83091c3363cb4587895c3dba8a37aa077563214fde1c9
                4cf39b471f9d0330ed14d9ec5d4ebc52841c3b18c2cbcae3e47b0def3dda910318e35d17bdb9723f15ae546a1af1fa46
                c96c71097f62c185f939ba46a1a027cb
                """
            )
        ),
        SignatureVector(
            digest: .sha512,
            signature: bytes(
                """
                4af96a2d5079a3b3eafc90106287ef2d90851cce33c236f35c0400d53e535dd7e1036be25d3d1ecc4fd90201d26b664d
                7553077759203a587b9a7517a4fd0e877284c49351a730845667c701402e89359103328c8b957abce5651c8278b726e2
                4dd86c24ea428372b1a5dd222961823737a35f8999895071ba2d3a28802b294bc6cee00bde25bba7fb292ffac1dedd7f
                9bef0939927a1fab0d9acaac35437a7f5b1a025306c86ce6b19aca053848a52a5b70c82b0f985175447c5fd58389f0a4
                dafb0797cf2d48b21e8e7153aef8f44149766f99c2d99c65fb66dd5de2286d54c0d5a959abc03433d3bb1b2709230951
                bc576f7066b1e2b0d980d1b9f050d0a3
                """
            )
        ),
    ]
    static let pss = [
        SignatureVector(
            digest: .sha256,
            signature: bytes(
                """
                453b38a63a3a57d16c8848eca3cd73ca99eeb7a04939f5aca579d57c5af43497d9689ab203f7e49953b742cd46c6e9cb
                7f55be605aa837fb926198151c2b868a39d6491160bdf589de43e41063e4acfbc1df0d311ca3f5667562d5eb42cc29ec
                112693cb7147ac4e609b4bbe7118bf6a6fd26e4a6b18bf43a679c4555e7fa20c53648a0a438e5917babf5a292cf2a97a
                8dd845a44df41e9b20fd1c49b28643e9f796b6e7fb65d8a8e31a21799b000e2394f751b34b118e85fcff569f60f94d31
                af21fcbeac10b0de4de5e94dbc41c042b574bf0addaddb2875bbb47ea718bd9da89a9eba1828ab16d1e43eb2822b3293
                5e231f8b1bb56561376a7678c2c62eea
                """
            )
        ),
        SignatureVector(
            digest: .sha384,
            signature: bytes(
                """
                44a49e995f81004b8b2275b4d4412bfe4b8882ceb9e2d035a2389fbb19894b4d1ee383a9f9dd56b32ea09572058acc64
                b7a0bab0018508806c56a41346c2a41f77974b5e0654b0301f17cbcee31a150dd358af471d29f5610b9afa5f212d7bdd
                51e8ecfc7555d3b88addd70243acfca9b935347224cfd3d91269c9cbd9afc8e6d8b7cb90fcf5fde8cad2a21a83c6cf5a
                e8de33291b6b413867ced95ebdf264bc69c365df442673e7b3596e30d2fd4e954b331bf60e47f6c5224c7eec1ab870ff
                053a603f4cd4d79a0934487f41a98724e63e049deef66f39180fd270eecce713a71c2b7c12c862550ca898176d548d52
                44fec975a9cc2e0385079323e88f313e
                """
            )
        ),
        SignatureVector(
            digest: .sha512,
            signature: bytes(
                """
                35efc00804b7fe1d48907ef1447c8e8f496f819e28b8b788238bcd1b3093efaa9751db0a45fd2ef0adfa9aa5c8e7bd98
                46ab87628eff7d7ae726d2269b582b9ccefd3e58439bb5374fa9b5aa0103480e6bb2c3a7db727dc7cfa0e0baeb682545
                373b0fe7a297b4fb424651ee956cf25afe693a96e139207df74f162f124995bec8c77af63a9a8f24b470e4df99a8c418
                39e2c2a6ac8996fd36c2a4d4688f0c043d9c819735409c1f989fc1402f6bd7565da59280bd6010b41ab7df2d9dea2ad5
                5f5020ffa5c85a7e7bba50b2f2af00ff43a0032bf115c4d70da80fd8314b5782658979271e13c748a10657336a5a97aa
                2150986d67246ee63c3fdccdb6a0a4a6
                """
            )
        ),
    ]
    /// Salted with 20 bytes under SHA-256, where there should be 32.
    static let pssWithShortSalt = bytes(
        """
        09ba6c5435f1e67c4c27cb9b4c23ad842009d8a571dccf071f447f53d5f81e2d0b7ee05c10f7b18796661ed6d8129c5e
        98e47c4537e5de992698afa35a04245fcc3cb24b3ad4ab942468ee6f28898a0d3fa9e82edd1d6969950ba4ceb47b6e2f
        7b02fb44e661c99f81198e8485da4df6d0012efc5c747e02024a57142be1c76ea4f6d02e936715635d575ab85dfa54af
        808417d32e51ffe921e972cbc5a0a1c52a93cd00f8d9288f9ada1d04672f1bb6062df002644ca567b2653962db23a667
        e4bb3eed45fb4c46f18e377903b34a51bad45d8ab7e50fcfbc05fb1b1e9331eddf5b4b3465f66b3ad16edf7e7b9e9f2e
        2b4397e1c6f25002203f5f7cebcc1f68
        """
    )
}

import Base
import JSON
import TestSupport

/// PyJWT as a second implementation, where it is installed with the package cryptography.
enum PyJWT {
    /// Why it is not, does not matter to a skipped test.
    static let isImportable = (try? run("import jwt, cryptography", input: "")) != nil

    /// Runs `script` with `input` as its standard input and answers the lines it prints.
    private static func run(_ script: String, input: String) throws -> [String] {
        try TestSupport.run("python3", ["-c", script], input: input).split(separator: "\n").map { String($0) }
    }

    struct Issued {
        let keySet: [UInt8]
        /// By key id and algorithm.
        let tokens: [(keyID: String, algorithm: String, text: String)]
    }

    /// Makes keys of every kind and signs `claims` with each of them, under every algorithm it is good for.
    static func issue(_ claims: JSONObject) throws -> Issued {
        let lines = try run(
            """
            import json, sys, jwt
            from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
            from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

            claims = json.load(sys.stdin)
            RSA = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]
            keys = [
                ("rsa2048", rsa.generate_private_key(65537, 2048), RSAAlgorithm, RSA),
                ("rsa3072", rsa.generate_private_key(3, 3072), RSAAlgorithm, RSA),
                ("p256", ec.generate_private_key(ec.SECP256R1()), ECAlgorithm, ["ES256"]),
                ("p384", ec.generate_private_key(ec.SECP384R1()), ECAlgorithm, ["ES384"]),
                ("p521", ec.generate_private_key(ec.SECP521R1()), ECAlgorithm, ["ES512"]),
                ("ed25519", ed25519.Ed25519PrivateKey.generate(), OKPAlgorithm, ["EdDSA"]),
            ]
            published = []
            for id, key, kind, _ in keys:
                published.append(dict(json.loads(kind.to_jwk(key.public_key())), kid=id))
            print(json.dumps({"keys": published}))
            for id, key, _, algorithms in keys:
                for algorithm in algorithms:
                    print(id, algorithm, jwt.encode(claims, key, algorithm, headers={"kid": id}))
            """,
            input: String(decoding: JSONValue.object(claims).encoded, as: UTF8.self)
        )
        return Issued(
            keySet: Array(lines[0].utf8),
            tokens: lines.dropFirst().map { line in
                let words = line.split(separator: " ").map { String($0) }
                return (words[0], words[1], words[2])
            }
        )
    }

    /// What each token says; "refused" where the signature or the form is not right. Claims are not looked at.
    static func decode(_ tokens: [String], algorithm: String, secret: String) throws -> [String] {
        try run(
            """
            import json, sys, jwt
            algorithm, secret = sys.stdin.readline().split()
            options = {"verify_" + name: False for name in ("exp", "nbf", "iat", "aud", "iss", "sub", "jti")}
            for line in sys.stdin:
                try:
                    claims = jwt.decode(line.rstrip("\\n"), secret, algorithms=[algorithm], options=options)
                    print(json.dumps(claims, separators=(",", ":"), ensure_ascii=False))
                except jwt.InvalidTokenError:
                    print("refused")
            """,
            input: ([algorithm + " " + secret] + tokens).map { $0 + "\n" }.joined()
        )
    }
}

import Base
import Cryptography
package import JSON
package import Telemetry

/// A secret that signs tokens and verifies them, under one algorithm. Whatever prints it prints `[redacted]`.
package struct HMACKey: Sendable {
    package enum Algorithm: Sendable, CaseIterable {
        case hs256
        case hs384
        case hs512

        package var name: JWSAlgorithm {
            switch self {
            case .hs256: .hs256
            case .hs384: .hs384
            case .hs512: .hs512
            }
        }
    }

    package let algorithm: Algorithm
    private let secret: [UInt8]

    /// - Parameter secret: not empty. RFC 7518 §3.2 wants as many bytes as the hash has; MinIO signs session
    ///   tokens with secret keys of eight letters, so that is the caller's to decide.
    package init(_ algorithm: Algorithm, secret: Secret) {
        self.init(algorithm, bytes: Array(secret.revealed().utf8))
    }

    package init(_ algorithm: Algorithm, bytes secret: [UInt8]) {
        precondition(!secret.isEmpty, "anybody could sign with an empty secret")
        (self.algorithm, self.secret) = (algorithm, secret)
    }

    /// A token in compact form: the claims in the order of their members.
    ///
    /// The header is `alg`, `typ`, and `kid` where an id is given.
    package func sign(_ claims: JSONObject, keyID: String? = nil, type: String = "JWT") -> String {
        var header = JSONObject()
        header["alg"] = .string(algorithm.name.rawValue)
        header["typ"] = .string(type)
        header["kid"] = keyID.map { .string($0) }
        let encoding = Base64.urlWithoutPadding
        let signed = [header, claims].map { encoding.encode(JSONValue.object($0).encoded) }
            .joined(separator: ".")
        return signed + "." + encoding.encode(code(of: Array(signed.utf8)))
    }

    /// Takes the same time wherever a wrong code differs.
    func isValid(_ code: [UInt8], of message: [UInt8]) -> Bool {
        constantTimeEqual(code, self.code(of: message))
    }

    private func code(of message: [UInt8]) -> [UInt8] {
        switch algorithm {
        case .hs256: HMACSHA256.authenticate(message, key: secret)
        case .hs384: HMACSHA384.authenticate(message, key: secret)
        case .hs512: HMACSHA512.authenticate(message, key: secret)
        }
    }
}

extension HMACKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "[redacted]" }
    package var debugDescription: String { "[redacted]" }
    package var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}

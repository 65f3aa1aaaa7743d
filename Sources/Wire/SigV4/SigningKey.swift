internal import Base
internal import Cryptography

/// A key derived from a secret for one day, region and service.
package struct SigningKey: Sendable {
    private let bytes: [UInt8]
    package let scope: CredentialScope

    package init(secret: String, scope: CredentialScope) {
        var key = Array("AWS4\(secret)".utf8)
        for part in [scope.date, scope.region, scope.service, CredentialScope.terminator] {
            key = HMACSHA256.authenticate(Array(part.utf8), key: key)
        }
        bytes = key
        self.scope = scope
    }

    /// 64 lower-case hexadecimal digits.
    package func signature(of stringToSign: [UInt8]) -> [UInt8] {
        Array(HMACSHA256.authenticate(stringToSign, key: bytes).hexadecimal.utf8)
    }
}

/// Signing keys already derived; a key costs four HMACs and is good for a day.
///
/// Holds a digest of each secret, never a secret, so a changed secret misses. At most twice
/// `generationCountMax` keys are held: when the younger generation is full, the older is forgotten.
/// Many tasks may use it at once.
package final class SigningKeyCache: Sendable {
    private struct Name: Hashable {
        let accessKey: String
        let secretDigest: [UInt8]
        let scope: CredentialScope
    }

    private struct Generations {
        var younger: [Name: SigningKey] = [:]
        var older: [Name: SigningKey] = [:]
    }

    private let generations = Locked(Generations())
    private let generationCountMax: Int

    package init(generationCountMax: Int = 1024) {
        precondition(generationCountMax > 0)
        self.generationCountMax = generationCountMax
    }

    package func key(accessKey: String, secret: String, scope: CredentialScope) -> SigningKey {
        let name = Name(accessKey: accessKey, secretDigest: SHA256.hash(Array(secret.utf8)), scope: scope)
        let known = generations.withLock { generations in
            generations.younger[name] ?? generations.older[name]
        }
        if let known { return known }
        let key = SigningKey(secret: secret, scope: scope)
        generations.withLock { generations in
            if generations.younger.count >= generationCountMax {
                generations.older = generations.younger
                generations.younger = [:]
            }
            generations.younger[name] = key
        }
        return key
    }

    /// How many keys are held now.
    package var count: Int { generations.withLock { $0.younger.count + $0.older.count } }
}

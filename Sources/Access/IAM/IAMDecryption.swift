package import AdminEncryption
import Telemetry

/// Decrypts items that were written before plain JSON was the rule.
package protocol IAMDecryption: Sendable {
    /// The plaintext of a payload of the admin API's format.
    func decrypt(_ payload: [UInt8]) async throws(AdminEncryptionError) -> [UInt8]
}

/// With the root user's `accessKey:secretKey`, as MinIO's releases before 2021 did, or its secret key alone.
package struct RootCredentialDecryption: IAMDecryption {
    private let encryption: PayloadEncryption
    private let passwords: [Secret]

    /// More is no user, group or policy.
    package static let sizeMax = 1 << 20

    package init(root: Credential, encryption: PayloadEncryption) {
        self.encryption = encryption
        let secret = root.secret.revealed()
        passwords = [Secret("\(root.accessKey):\(secret)"), root.secret]
    }

    package func decrypt(_ payload: [UInt8]) async throws(AdminEncryptionError) -> [UInt8] {
        var refusal = AdminEncryptionError.notAuthentic
        for password in passwords {
            do throws(AdminEncryptionError) {
                return try await encryption.decrypt(payload, password: password, sizeMax: Self.sizeMax)
            } catch {
                guard error == .notAuthentic else { throw error }
                refusal = error
            }
        }
        throw refusal
    }
}

package import AdminEncryption
package import Base
package import IAM
internal import JSON
package import Telemetry

/// The body of a call, to be read once.
package protocol AdminBody {
    /// All of it, with its signature and digests compared.
    ///
    /// - Throws: before more than `sizeMax` bytes are in memory, `XMinioAdminConfigTooLarge`.
    func bytes(sizeMax: Int) async throws(AdminError) -> [UInt8]
}

/// Decides as the sender of one request.
package protocol CallAccess {
    /// - Parameter conditions: keys, in small letters, with values that policies' conditions may ask for beside those
    ///   of the request.
    func isAllowed(_ rights: Rights, adding conditions: [String: [String]]) async -> Bool
}

/// What calls work with, for as long as the server runs.
package struct AdminServices: Sendable {
    package let iam: IAM
    package let facts: any ServerFacts
    package let control: any ServiceControl
    package let settings: SettingStore
    package let buckets: any BucketMetadataStore
    package let providers: IdentityProviders
    package let encryption: PayloadEncryption
    package let time: any TimeSource

    package init(
        iam: IAM,
        facts: any ServerFacts,
        control: any ServiceControl,
        settings: SettingStore,
        buckets: any BucketMetadataStore = NoBucketMetadata(),
        providers: IdentityProviders = IdentityProviders(),
        encryption: PayloadEncryption,
        time: any TimeSource = SystemTime()
    ) {
        (self.iam, self.facts, self.control) = (iam, facts, control)
        (self.settings, self.buckets, self.providers) = (settings, buckets, providers)
        (self.encryption, self.time) = (encryption, time)
    }
}

/// What an operation works with. Made for one call, used by its task only.
package struct AdminContext {
    package let call: AdminCall
    package let services: AdminServices
    private let access: any CallAccess
    private let secret: Secret
    private let body: any AdminBody

    /// Of bodies that are settings or keys: MinIO's limit.
    package static let payloadSizeMax = 262_272

    package init(
        call: AdminCall,
        services: AdminServices,
        access: any CallAccess,
        secret: Secret,
        body: any AdminBody
    ) {
        (self.call, self.services, self.access) = (call, services, access)
        (self.secret, self.body) = (secret, body)
    }

    var iam: IAM { services.iam }
    var caller: SignedIdentity { call.caller }
    var now: Timestamp { services.time.now }

    func isAllowed(_ rights: Rights) async -> Bool { await access.isAllowed(rights, adding: [:]) }

    /// - Throws: `AccessDenied` unless every one of the rights is granted, or all of an alternative.
    func require(_ rights: Rights, or alternatives: [Rights] = []) async throws(AdminError) {
        if await isAllowed(rights) { return }
        for rights in alternatives where await isAllowed(rights) { return }
        throw AdminError(.accessDenied)
    }

    /// The same where conditions may ask how long new keys live.
    ///
    /// - Throws: also `XMinioAdminInvalidExpiration` for an end that is past; the epoch stands for none.
    func require(_ rights: Rights, untilExpiration expiration: Timestamp?) async throws(AdminError) {
        var conditions: [String: [String]] = [:]
        if let expiration, expiration != .epoch {
            guard expiration > now else { throw AdminError(.expirationInvalid) }
            conditions["svc:durationseconds"] = [String((expiration - now).components.seconds)]
        }
        guard await access.isAllowed(rights, adding: conditions) else { throw AdminError(.accessDenied) }
    }

    /// A body that is never encrypted.
    func plainBody(sizeMax: Int = Self.payloadSizeMax) async throws(AdminError) -> [UInt8] {
        try await body.bytes(sizeMax: sizeMax)
    }

    /// A body that is encrypted where the dialect says so, decrypted.
    func payload(sizeMax: Int = Self.payloadSizeMax) async throws(AdminError) -> [UInt8] {
        let bytes = try await body.bytes(sizeMax: sizeMax)
        switch call.dialect {
        case .plain: return bytes
        case .encrypted:
            do throws(AdminEncryptionError) {
                return try await services.encryption.decrypt(bytes, password: secret, sizeMax: sizeMax)
            } catch {
                throw AdminError(from: error)
            }
        }
    }

    /// An answer that is encrypted where the dialect says so.
    func sealed(_ bytes: [UInt8], type: String = "application/json") async throws(AdminError) -> AdminResponse
    {
        switch call.dialect {
        case .plain: return AdminResponse(headers: [("Content-Type", type)], body: bytes)
        case .encrypted:
            do throws(AdminEncryptionError) {
                let payload = try await services.encryption.encrypt(bytes, password: secret)
                return AdminResponse(
                    headers: [("Content-Type", "application/octet-stream")],
                    body: payload
                )
            } catch {
                throw AdminError(from: error)
            }
        }
    }

    func sealed(_ json: JSONValue) async throws(AdminError) -> AdminResponse {
        try await sealed(json.encoded)
    }
}

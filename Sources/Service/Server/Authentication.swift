internal import Base
internal import IAM
internal import S3API
internal import S3Service
internal import SigV4
internal import Telemetry

/// Who sent a request, as far as signatures prove it, and what they bind the body to.
struct Authentication: Sendable {
    let identity: Identity
    /// `nil` for an anonymous request.
    let credential: Credential?
    /// `nil` without a version 4 signature.
    let payload: PayloadKind?
    /// What signed chunks are checked with.
    let signature: VerifiedSignature?
}

/// Checks signatures of all kinds against the identity store. Many tasks may use it at once.
struct Authenticator: Sendable {
    private let store: any IdentityStore
    private let region: String?
    private let limit: SignInLimit
    private let keys = SigningKeyCache()

    /// - Parameter region: the only one that signatures may be for; `nil` accepts any.
    init(store: any IdentityStore, region: String?, limit: SignInLimit) {
        self.store = store
        self.region = region
        self.limit = limit
    }

    /// - Parameters:
    ///   - acceptsAnyRegion: for the calls by which clients find the region out.
    ///   - virtualHostBucket: the bucket when it stands in the Host header and not in the path.
    ///   - address: the client's, whose failures are counted.
    /// - Throws: why nobody is known to have sent this, in S3's words.
    func authenticate(
        _ head: SignedHead,
        kind: SignatureKind,
        acceptsAnyRegion: Bool,
        virtualHostBucket: String?,
        address: String,
        now: Timestamp
    ) async throws(S3Error) -> Authentication {
        switch kind {
        case .anonymous:
            return Authentication(identity: .anonymous, credential: nil, payload: nil, signature: nil)
        case .authorizationHeader, .queryParameters:
            return try await version4(head, kind, acceptsAnyRegion: acceptsAnyRegion, address, now)
        case .version2Header, .version2Query:
            return try await version2(head, kind, virtualHostBucket: virtualHostBucket, address, now)
        case .otherScheme: throw S3Error(from: SigV4Error.unsupportedAlgorithm(kind))
        }
    }

    /// Who sent a form for an upload: whoever signed its policy.
    ///
    /// - Parameter address: the client's, whose failures are counted.
    func authenticate(
        _ form: UploadForm,
        address: String,
        now: Timestamp
    ) throws(S3Error) -> Authentication {
        let accepted: SignatureRules.Region = region.map { .exactly($0) } ?? .any
        let claim: FormSignature?
        do throws(SigV4Error) {
            claim = try FormSignature(
                field: { form[$0] },
                rules: SignatureRules(region: accepted),
                now: now
            )
        } catch {
            throw S3Error(from: error)
        }
        guard let claim else {
            return Authentication(identity: .anonymous, credential: nil, payload: nil, signature: nil)
        }
        let credential = try credential(claim.accessKey, sessionToken: claim.sessionToken, address)
        do throws(SigV4Error) {
            try claim.verify(secret: credential.secret.revealed(), keys: keys)
        } catch {
            throw refusal(error, claim.accessKey, address) { .signatureDoesNotMatch(claim) }
        }
        return Authentication(
            identity: credential.identity,
            credential: credential,
            payload: nil,
            signature: nil
        )
    }

    private func version4(
        _ head: SignedHead,
        _ kind: SignatureKind,
        acceptsAnyRegion: Bool,
        _ address: String,
        _ now: Timestamp
    ) async throws(S3Error) -> Authentication {
        let accepted: SignatureRules.Region = acceptsAnyRegion ? .any : region.map { .exactly($0) } ?? .any
        let claim: SignatureClaim
        do throws(SigV4Error) {
            claim = try SignatureClaim(
                of: head,
                kind: kind,
                rules: SignatureRules(region: accepted),
                now: now
            )
        } catch {
            throw S3Error(from: error)
        }
        let credential = try credential(claim.accessKey, sessionToken: claim.sessionToken, address)
        do throws(SigV4Error) {
            let signature = try claim.verify(secret: credential.secret.revealed(), for: head, keys: keys)
            return Authentication(
                identity: credential.identity,
                credential: credential,
                payload: claim.payload,
                signature: signature
            )
        } catch {
            throw refusal(error, claim.accessKey, address) { .signatureDoesNotMatch(claim, of: head) }
        }
    }

    private func version2(
        _ head: SignedHead,
        _ kind: SignatureKind,
        virtualHostBucket: String?,
        _ address: String,
        _ now: Timestamp
    ) async throws(S3Error) -> Authentication {
        let claim: SigV2
        do throws(SigV4Error) {
            claim = try SigV2(of: head, kind: kind, now: now)
        } catch {
            throw S3Error(from: error)
        }
        let credential = try credential(claim.accessKey, sessionToken: claim.sessionToken, address)
        do throws(SigV4Error) {
            try claim.verify(
                secret: credential.secret.revealed(),
                for: head,
                virtualHostBucket: virtualHostBucket
            )
        } catch {
            throw refusal(error, claim.accessKey, address) {
                .signatureDoesNotMatch(claim, of: head, virtualHostBucket: virtualHostBucket)
            }
        }
        return Authentication(
            identity: credential.identity,
            credential: credential,
            payload: nil,
            signature: nil
        )
    }

    /// A signature that is wrong may be a guess at the secret.
    private func refusal(
        _ error: SigV4Error,
        _ accessKey: String,
        _ address: String,
        mismatch: () -> S3Error
    ) -> S3Error {
        guard error == .signatureMismatch else { return S3Error(from: error) }
        limit.recordFailure(of: address, accessKey: accessKey)
        return mismatch()
    }

    private func credential(
        _ accessKey: String,
        sessionToken: String?,
        _ address: String
    ) throws(S3Error) -> Credential {
        let found: Result<Credential, CredentialError>
        do throws(CredentialError) {
            found = .success(try store.credential(accessKey: accessKey, sessionToken: sessionToken))
        } catch {
            found = .failure(error)
        }
        let known = found.isOfUnknownKey ? nil : accessKey
        guard !limit.isReached(by: address, accessKey: known) else {
            throw S3Error(.slowDown, "Too many failed sign-ins from this address. Try again in a minute.")
        }
        switch found {
        case .success(let credential): return credential
        case .failure(.unknownAccessKey):
            limit.recordFailure(of: address, accessKey: nil)
            throw S3Error(
                .invalidAccessKeyID,
                fields: [S3Error.Field("AWSAccessKeyId", accessKey)]
            )
        case .failure(.disabled):
            throw S3Error(
                .invalidAccessKeyID,
                "Your account is disabled; please contact your administrator."
            )
        case .failure(.expired): throw S3Error(.expiredToken)
        case .failure(.invalidToken):
            limit.recordFailure(of: address, accessKey: accessKey)
            throw S3Error(.invalidToken)
        case .failure(.unreadable), .failure(.unavailable): throw S3Error(.serviceUnavailable)
        }
    }
}

extension Result<Credential, CredentialError> {
    fileprivate var isOfUnknownKey: Bool {
        switch self {
        case .failure(.unknownAccessKey): true
        case .success, .failure: false
        }
    }
}

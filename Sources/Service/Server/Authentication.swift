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
    private let keys = SigningKeyCache()

    /// - Parameter region: the only one that signatures may be for; `nil` accepts any.
    init(store: any IdentityStore, region: String?) {
        self.store = store
        self.region = region
    }

    /// - Parameters:
    ///   - acceptsAnyRegion: for the calls by which clients find the region out.
    ///   - virtualHostBucket: the bucket when it stands in the Host header and not in the path.
    /// - Throws: why nobody is known to have sent this, in S3's words.
    func authenticate(
        _ head: SignedHead,
        kind: SignatureKind,
        acceptsAnyRegion: Bool,
        virtualHostBucket: String?,
        now: Timestamp
    ) async throws(S3Error) -> Authentication {
        switch kind {
        case .anonymous: 
            return Authentication(identity: .anonymous, credential: nil, payload: nil, signature: nil)
        case .authorizationHeader, .queryParameters:
            return try await version4(head, kind, acceptsAnyRegion: acceptsAnyRegion, now)
        case .version2Header, .version2Query:
            return try await version2(head, kind, virtualHostBucket: virtualHostBucket, now)
        case .otherScheme: throw S3Error(from: SigV4Error.unsupportedAlgorithm(kind))
        }
    }

    private func version4(
        _ head: SignedHead,
        _ kind: SignatureKind,
        acceptsAnyRegion: Bool,
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
        let credential = try credential(claim.accessKey, sessionToken: claim.sessionToken)
        do throws(SigV4Error) {
            let signature = try claim.verify(secret: credential.secret.revealed(), for: head, keys: keys)
            return Authentication(
                identity: credential.identity,
                credential: credential,
                payload: claim.payload,
                signature: signature
            )
        } catch {
            throw S3Error(from: error)
        }
    }

    private func version2(
        _ head: SignedHead,
        _ kind: SignatureKind,
        virtualHostBucket: String?,
        _ now: Timestamp
    ) async throws(S3Error) -> Authentication {
        let claim: SigV2
        do throws(SigV4Error) {
            claim = try SigV2(of: head, kind: kind, now: now)
        } catch {
            throw S3Error(from: error)
        }
        let credential = try credential(claim.accessKey, sessionToken: claim.sessionToken)
        do throws(SigV4Error) {
            try claim.verify(
                secret: credential.secret.revealed(),
                for: head,
                virtualHostBucket: virtualHostBucket
            )
        } catch {
            throw S3Error(from: error)
        }
        return Authentication(
            identity: credential.identity,
            credential: credential,
            payload: nil,
            signature: nil
        )
    }

    private func credential(_ accessKey: String, sessionToken: String?) throws(S3Error) -> Credential {
        do throws(CredentialError) {
            return try store.credential(accessKey: accessKey, sessionToken: sessionToken)
        } catch {
            switch error {
            case .unknownAccessKey, .disabled: throw S3Error(.invalidAccessKeyID)
            case .expired: throw S3Error(.expiredToken)
            case .invalidToken: throw S3Error(.invalidToken)
            case .unreadable, .unavailable: throw S3Error(.serviceUnavailable)
            }
        }
    }
}

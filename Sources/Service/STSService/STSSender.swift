package import Base
internal import Cryptography
package import IAM
package import SigV4
internal import Telemetry

/// Who signed a request to the security token service. Signatures are for the service `sts` and cover the body, which
/// clients need not have hashed in a header.
package enum STSSender {
    /// - Parameters:
    ///   - kind: of the request's signature; only the Authorization header's version 4 counts.
    ///   - attempts: counts wrong signatures and unknown keys, as the S3 API does.
    ///   - region: the only one that signatures may be for; `nil` accepts any.
    /// - Throws: ``STSError/Code-swift.enum/accessDenied`` whyever nobody is known to have sent this, also for
    ///   temporary credentials, which cannot lengthen their own lives; ``STSError/Code-swift.enum/slowDown`` unheard
    ///   after too many failures.
    package static func identity(
        of request: some SignableRequest,
        kind: SignatureKind,
        body: [UInt8],
        identities: any IdentityStore,
        attempts: some SignInAttempts,
        region: String? = nil,
        now: Timestamp
    ) throws(STSError) -> SignedIdentity {
        guard kind == .authorizationHeader else { throw denied("The request is not signed.") }
        let digest = SHA256.hash(body)
        let rules = SignatureRules(
            region: region.map { .exactly($0) } ?? .any,
            service: "sts",
            requiresPayloadHash: false
        )
        let claim: SignatureClaim
        do throws(SigV4Error) {
            claim = try SignatureClaim(of: request, kind: kind, rules: rules, now: now)
            switch claim.payload {
            case nil, .hashed(digest): break
            case .hashed, .unsigned, .signedChunks, .signedChunksWithTrailer, .unsignedChunksWithTrailer:
                throw .malformedPayloadHash
            }
            guard claim.sessionToken == nil else { throw .signatureMismatch }
        } catch {
            throw denied(error)
        }
        let credential = try credential(claim.accessKey, identities, attempts)
        do throws(SigV4Error) {
            _ = try claim.verify(
                secret: credential.secret.revealed(),
                for: request,
                payloadHash: digest.hexadecimal
            )
        } catch {
            if error == .signatureMismatch { attempts.recordFailure(of: .accessKey(claim.accessKey)) }
            throw denied(error)
        }
        guard let identity = credential.identity.signed else { throw denied(.signatureMismatch) }
        return identity
    }

    private static func credential(
        _ accessKey: String,
        _ identities: any IdentityStore,
        _ attempts: some SignInAttempts
    ) throws(STSError) -> Credential {
        let found: Result<Credential, CredentialError>
        do throws(CredentialError) {
            found = .success(try identities.credential(accessKey: accessKey, sessionToken: nil))
        } catch {
            found = .failure(error)
        }
        let subject: SignInSubject
        switch found {
        case .failure(.unknownAccessKey): subject = .unknownAccessKey
        case .success, .failure: subject = .accessKey(accessKey)
        }
        guard !attempts.areExhausted(for: subject) else { throw .tooManyFailures }
        switch found {
        case .success(let credential): return credential
        case .failure(.unavailable), .failure(.unreadable):
            throw STSError(.serviceUnavailable, "The users cannot be read, please try again.")
        // Why a key lets nobody in is the same to the sender: nothing tells which keys there are.
        case .failure(.unknownAccessKey), .failure(.invalidToken):
            attempts.recordFailure(of: subject)
            throw denied(.signatureMismatch)
        case .failure(.disabled), .failure(.expired): throw denied(.signatureMismatch)
        }
    }

    private static func denied(_ error: SigV4Error) -> STSError {
        denied("The signature is not accepted: \(error.reason)")
    }

    private static func denied(_ message: String) -> STSError { STSError(.accessDenied, message) }
}

extension SigV4Error {
    fileprivate var reason: String {
        switch self {
        case .wrongService(let expected, let found, _): "it is for the service '\(found)', not '\(expected)'."
        case .wrongRegion(let expected, let found, _): "it is for the region '\(found)', not '\(expected)'."
        case .requestTimeTooSkewed: "the client's and the server's time differ by more than 15 minutes."
        case .malformedPayloadHash: "the body is not the one that was hashed."
        default: "it does not match, or its key lets nobody in."
        }
    }
}

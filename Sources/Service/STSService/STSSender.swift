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
    ///   - region: the only one that signatures may be for; `nil` accepts any.
    /// - Throws: ``STSError/Code-swift.enum/accessDenied`` whyever nobody is known to have sent this, also for
    ///   temporary credentials, which cannot lengthen their own lives.
    package static func identity(
        of request: some SignableRequest,
        kind: SignatureKind,
        body: [UInt8],
        identities: any IdentityStore,
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
        do throws(SigV4Error) {
            let claim = try SignatureClaim(of: request, kind: kind, rules: rules, now: now)
            switch claim.payload {
            case nil, .hashed(digest): break
            case .hashed, .unsigned, .signedChunks, .signedChunksWithTrailer, .unsignedChunksWithTrailer:
                throw SigV4Error.malformedPayloadHash
            }
            let credential = try credential(claim, identities)
            _ = try claim.verify(
                secret: credential.secret.revealed(),
                for: request,
                payloadHash: digest.hexadecimal
            )
            guard let identity = credential.identity.signed else { throw SigV4Error.signatureMismatch }
            return identity
        } catch {
            throw denied("The signature is not accepted: \(error.reason)")
        }
    }

    private static func credential(
        _ claim: SignatureClaim,
        _ identities: any IdentityStore
    ) throws(SigV4Error) -> Credential {
        // Why a key lets nobody in is the same to the sender: nothing tells which keys there are.
        guard claim.sessionToken == nil,
            let credential = try? identities.credential(accessKey: claim.accessKey, sessionToken: nil)
        else { throw .signatureMismatch }
        return credential
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

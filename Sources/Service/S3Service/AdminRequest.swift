package import IAM
package import S3API
package import SigV4

/// An administrative request whose sender is known. Made for one request, used by its task only.
package struct AdminRequest<Source: RequestSource> {
    /// Method, query and headers; names no bucket.
    package let request: S3Request
    /// As sent, from the first `/` to the `?`, not decoded.
    package let path: String
    package let requestID: RequestID
    /// Whose signature it was. The secret encrypts and decrypts payloads.
    package let credential: Credential
    package let identity: SignedIdentity
    /// What the sender may do; every decision is audited as for S3 requests.
    package let access: AccessCheck
    /// Of the client, as trusted proxies tell it: without a port.
    package let sourceAddress: String
    package let isTLS: Bool

    private let source: Source
    private let signature: VerifiedSignature?

    package init(
        _ request: S3Request,
        path: String,
        requestID: RequestID,
        credential: Credential,
        identity: SignedIdentity,
        access: AccessCheck,
        sourceAddress: String,
        isTLS: Bool,
        source: Source,
        signature: VerifiedSignature?
    ) {
        (self.request, self.path, self.requestID) = (request, path, requestID)
        (self.credential, self.identity, self.access) = (credential, identity, access)
        (self.sourceAddress, self.isTLS) = (sourceAddress, isTLS)
        (self.source, self.signature) = (source, signature)
    }

    /// The whole body, with the hash that was signed compared. To be called once; empty where there is none.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/maxMessageLengthExceeded`` before a byte is read, and what
    ///   ``BodyPipeline`` throws.
    package func body(sizeMax: Int) async throws(S3Error) -> [UInt8] {
        let declaration = try BodyDeclaration(of: request, sizeWithoutLength: 0)
        guard declaration.size <= Int64(sizeMax) else { throw S3Error(.maxMessageLengthExceeded) }
        return try await BodyPipeline(source, declaration, signature: signature).wholeBody()
    }
}

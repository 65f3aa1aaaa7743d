internal import S3API
internal import S3Service
internal import SigV4

/// What S3 shows a client whose signature is another, so that it can compare what it has signed. All of it comes from the
/// request itself.
extension S3Error {
    /// Longer texts are not shown: an answer is not to be many times its request.
    private static let shownSizeMax = 8 << 10

    static func signatureDoesNotMatch(_ claim: SignatureClaim, of head: SignedHead) -> S3Error {
        // One that cannot be made was refused before it was compared.
        guard let canonical = try? claim.canonicalRequest(of: head) else {
            return signatureDoesNotMatch(claim.accessKey, claim.signatureText, [])
        }
        return signatureDoesNotMatch(
            claim.accessKey,
            claim.signatureText,
            shown("StringToSign", claim.stringToSign(canonical))
                + shown("CanonicalRequest", canonical.bytes)
        )
    }

    static func signatureDoesNotMatch(
        _ claim: SigV2,
        of head: SignedHead,
        virtualHostBucket: String?
    ) -> S3Error {
        // As above.
        let text = try? claim.stringToSign(of: head, virtualHostBucket: virtualHostBucket)
        return signatureDoesNotMatch(
            claim.accessKey,
            claim.signatureText,
            text.map { shown("StringToSign", $0) } ?? []
        )
    }

    static func signatureDoesNotMatch(_ claim: FormSignature) -> S3Error {
        signatureDoesNotMatch(claim.accessKey, nil, shown("StringToSign", Array(claim.policy.utf8)))
    }

    private static func signatureDoesNotMatch(
        _ accessKey: String,
        _ signature: String?,
        _ texts: [Field]
    ) -> S3Error {
        let provided = signature.map { [Field("SignatureProvided", $0)] } ?? []
        return S3Error(
            .signatureDoesNotMatch,
            fields: [Field("AWSAccessKeyId", accessKey)] + provided + texts
        )
    }

    /// As text and byte by byte, which also shows what a document cannot hold.
    private static func shown(_ name: String, _ text: [UInt8]) -> [Field] {
        guard text.count <= shownSizeMax else { return [] }
        let bytes = text.map { byte in
            let digits = String(byte, radix: 16)
            return digits.utf8.count == 1 ? "0\(digits)" : digits
        }
        return [
            Field(name, String(decoding: text, as: UTF8.self)),
            Field("\(name)Bytes", bytes.joined(separator: " ")),
        ]
    }
}

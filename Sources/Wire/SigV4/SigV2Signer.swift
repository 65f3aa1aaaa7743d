package import Base

/// Signs requests the version 2 way: for tests.
package struct SigV2Signer: Sendable {
    package var accessKey: String
    package var secret: String

    package init(accessKey: String, secret: String) {
        self.accessKey = accessKey
        self.secret = secret
    }

    /// Adds Date and Authorization.
    package func sign(
        _ request: SignerRequest,
        at time: Timestamp,
        virtualHostBucket: String? = nil
    ) throws(SigV4Error) -> SignerRequest {
        var signed = request
        signed.fields.append((SignatureField.date, time.httpDate))
        let text = try SigV2.stringToSign(
            of: signed,
            date: time.httpDate,
            virtualHostBucket: virtualHostBucket,
            bucketPath: .asSent,
            emptyValue: .nameOnly
        )
        let signature = String(decoding: SigV2.signature(of: text, secret: secret), as: UTF8.self)
        signed.fields.append((SignatureField.authorization, "AWS \(accessKey):\(signature)"))
        return signed
    }
}

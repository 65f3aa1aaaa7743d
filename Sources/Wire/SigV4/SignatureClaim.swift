package import Base
internal import Cryptography

/// Who a request says it is from, read and checked as far as that goes without the secret.
///
/// Everything here is the client's word until ``verify(secret:for:payloadHash:keys:)`` has returned.
///
///     request ──init──▶ claim ──look the secret up──▶ verify ──▶ VerifiedSignature ──▶ chunk decoder
package struct SignatureClaim: Sendable {
    package let accessKey: String
    package let scope: CredentialScope
    /// Lower case, in the order that was signed.
    package let signedHeaders: [String]
    /// ``SignatureKind/authorizationHeader`` or ``SignatureKind/queryParameters``.
    package let kind: SignatureKind
    /// When the client says it signed.
    package let time: Timestamp
    /// `nil` only where the rules don't require it: hash the body and hand the hash to `verify`.
    package let payload: PayloadKind?
    /// For temporary credentials; to be checked against the access key by whoever looks up the secret.
    package let sessionToken: String?

    private let payloadText: String?
    private let signature: [UInt8]
    private let pathForm: CanonicalRequest.PathForm

    /// Reads the claim of a request whose kind is ``SignatureKind/authorizationHeader`` or
    /// ``SignatureKind/queryParameters``.
    package init(
        of request: some SignableRequest,
        kind: SignatureKind,
        rules: SignatureRules,
        now: Timestamp
    ) throws(SigV4Error) {
        let fields: SignatureFields
        switch kind {
        case .authorizationHeader: fields = try SignatureFields(header: request)
        case .queryParameters: fields = try SignatureFields(query: request)
        case .anonymous, .version2Header, .version2Query, .otherScheme: throw .unsupportedAlgorithm(kind)
        }
        try fields.checkTime(now: now)
        try fields.checkScope(kind: kind, rules: rules)
        try checkSigned(fields.signedHeaders, in: request)
        accessKey = fields.accessKey
        scope = fields.scope
        signedHeaders = fields.signedHeaders
        self.kind = kind
        time = fields.time
        sessionToken = fields.sessionToken
        signature = fields.signature
        pathForm = rules.pathForm
        // Who presigns for S3 seldom knows the body.
        let isPresigned = kind == .queryParameters && rules.requiresPayloadHash
        payloadText = fields.payloadText ?? (isPresigned ? PayloadKind.unsigned.text : nil)
        if let text = payloadText {
            guard let payload = PayloadKind(text) else { throw .malformedPayloadHash }
            self.payload = payload
        } else {
            guard !rules.requiresPayloadHash else { throw .payloadHashMissing }
            payload = nil
        }
    }

    /// As the client sent it; for error answers that show it.
    package var signatureText: String { String(decoding: signature, as: UTF8.self) }

    /// The text the client must have signed; for error answers that show it.
    ///
    /// `payloadHash` (64 hexadecimal digits) stands in where the request declares none.
    package func canonicalRequest(
        of request: some SignableRequest,
        payloadHash: String? = nil
    ) throws(SigV4Error) -> CanonicalRequest {
        guard let hash = payloadText ?? payloadHash else { throw .payloadHashMissing }
        return try CanonicalRequest(
            of: request,
            signedHeaders: signedHeaders,
            payloadHash: hash,
            pathForm: pathForm,
            omittedParameter: kind == .queryParameters ? QueryParameter.signature : nil
        )
    }

    package func stringToSign(_ canonicalRequest: CanonicalRequest) -> [UInt8] {
        canonicalRequest.stringToSign(date: time.iso8601Basic, scope: scope)
    }

    /// Compares the signature in constant time. `request` is the one the claim was read from.
    ///
    /// - Throws: ``SigV4Error/signatureMismatch``; ``SigV4Error/signedHeaderMissing(_:)``;
    ///   ``SigV4Error/malformedTarget``; ``SigV4Error/payloadHashMissing``.
    package func verify(
        secret: String,
        for request: some SignableRequest,
        payloadHash: String? = nil,
        keys: SigningKeyCache? = nil
    ) throws(SigV4Error) -> VerifiedSignature {
        let canonical = try canonicalRequest(of: request, payloadHash: payloadHash)
        let key =
            keys?.key(accessKey: accessKey, secret: secret, scope: scope)
            ?? SigningKey(secret: secret, scope: scope)
        guard constantTimeEqual(key.signature(of: stringToSign(canonical)), signature) else {
            throw .signatureMismatch
        }
        return VerifiedSignature(
            accessKey: accessKey,
            key: key,
            date: time.iso8601Basic,
            signature: signature
        )
    }
}

/// A signature that matched, and what the chunks of its body are checked with.
package struct VerifiedSignature: Sendable {
    package let accessKey: String
    let key: SigningKey
    /// As in `20150830T123600Z`.
    let date: String
    /// The seed of the chunks' chain of signatures.
    let signature: [UInt8]
}

/// The host and every x-amz-* header sent must be under the signature: an unsigned one could have been
/// added on the way.
private func checkSigned(_ signed: [String], in request: some SignableRequest) throws(SigV4Error) {
    guard signed.contains(SignatureField.host) else { throw .headerNotSigned(SignatureField.host) }
    let prefix = Array("x-amz-".utf8)
    for index in 0..<request.fieldCount {
        let name = request.fieldName(at: index)
        guard name.count > prefix.count, name.prefix(prefix.count).isField("x-amz-") else { continue }
        guard signed.contains(where: { name.isField($0) }) else {
            throw .headerNotSigned(String(decoding: name.map(\.asciiLowerCased), as: UTF8.self))
        }
    }
}

package import Base
internal import Cryptography

/// Signs requests as a client does: for tests and for load generators.
package struct SigV4Signer: Sendable {
    package var accessKey: String
    package var secret: String
    package var sessionToken: String?
    package var region: String
    package var service: String
    package var pathForm: CanonicalRequest.PathForm

    package init(
        accessKey: String,
        secret: String,
        sessionToken: String? = nil,
        region: String = "us-east-1",
        service: String = "s3",
        pathForm: CanonicalRequest.PathForm = .s3
    ) {
        self.accessKey = accessKey
        self.secret = secret
        self.sessionToken = sessionToken
        self.region = region
        self.service = service
        self.pathForm = pathForm
    }

    /// Adds x-amz-date, x-amz-content-sha256, the session token and Authorization to a request that has
    /// its Host. Host, content-type, content-md5, range and every x-amz-* field are signed, and those in
    /// `signing` (lower case).
    ///
    /// - Throws: ``SigV4Error/malformedTarget``.
    package func sign(
        _ request: SignerRequest,
        payload: PayloadKind,
        at time: Timestamp,
        signing others: [String] = []
    ) throws(SigV4Error) -> SignerRequest {
        var signed = request
        signed.fields.append((SignatureField.amzDate, time.iso8601Basic))
        signed.fields.append((SignatureField.contentSHA256, payload.text))
        if let sessionToken { signed.fields.append((SignatureField.securityToken, sessionToken)) }
        let names = signedNames(in: signed, and: others)
        let (signature, scope) = try signature(of: signed, names, payloadHash: payload.text, at: time)
        signed.fields.append(
            (
                SignatureField.authorization,
                "\(algorithmName) Credential=\(accessKey)/\(scope.text), "
                    + "SignedHeaders=\(names.joined(separator: ";")), "
                    + "Signature=\(String(decoding: signature, as: UTF8.self))"
            )
        )
        return signed
    }

    /// The request with the signature in its query; its fields must be sent as they are.
    ///
    /// - Throws: ``SigV4Error/malformedTarget``.
    package func presign(
        _ request: SignerRequest,
        expiresSeconds: Int64,
        at time: Timestamp,
        payloadHash: String = PayloadKind.unsigned.text
    ) throws(SigV4Error) -> SignerRequest {
        var presigned = request
        let names = signedNames(in: request, and: [])
        var items: [(name: String, value: String)] = [
            (QueryParameter.algorithm, algorithmName),
            (QueryParameter.credential, "\(accessKey)/\(scope(at: time).text)"),
            (QueryParameter.date, time.iso8601Basic),
            (QueryParameter.expires, String(expiresSeconds)),
            (QueryParameter.signedHeaders, names.joined(separator: ";")),
        ]
        if let sessionToken { items.append((QueryParameter.securityToken, sessionToken)) }
        for item in items { append(item, to: &presigned.queryBytes) }
        let (signature, _) = try signature(of: presigned, names, payloadHash: payloadHash, at: time)
        append(
            (QueryParameter.signature, String(decoding: signature, as: UTF8.self)),
            to: &presigned.queryBytes
        )
        return presigned
    }

    /// `body` framed in signed chunks for a request that was signed with `payload` and whose signature is
    /// `seed` (64 hexadecimal digits). `trailers` have names in lower case.
    package func signedChunks(
        of body: [UInt8],
        chunkSize: Int,
        seed: String,
        trailers: [(name: String, value: String)]? = nil,
        at time: Timestamp
    ) -> [UInt8] {
        precondition(chunkSize > 0)
        let key = SigningKey(secret: secret, scope: scope(at: time))
        let signatures = ChunkSignatures(key: key, date: time.iso8601Basic)
        var previous = Array(seed.utf8)
        var framed: [UInt8] = []
        for start in stride(from: 0, through: body.count.roundedUp(to: chunkSize), by: chunkSize) {
            let chunk = Array(body[min(start, body.count)..<min(start + chunkSize, body.count)])
            previous = signatures.signature(ofChunkDigest: SHA256.hash(chunk), after: previous)
            framed += "\(String(chunk.count, radix: 16));chunk-signature=".utf8
            framed += previous
            framed += "\r\n".utf8
            framed += chunk
            if !chunk.isEmpty || trailers == nil { framed += "\r\n".utf8 }
        }
        guard let trailers else { return framed }
        let text = trailers.map { "\($0.name):\($0.value)\n" }.joined()
        framed += trailers.map { "\($0.name):\($0.value)\r\n" }.joined().utf8
        framed += "\(SignatureField.trailerSignature):".utf8
        framed += signatures.signature(ofTrailer: Array(text.utf8), after: previous)
        framed += "\r\n\r\n".utf8
        return framed
    }

    private func scope(at time: Timestamp) -> CredentialScope {
        CredentialScope(date: String(time.iso8601Basic.prefix(8)), region: region, service: service)
    }

    private func signedNames(in request: SignerRequest, and others: [String]) -> [String] {
        let usual = [SignatureField.host, "content-type", "content-md5", "range"] + others
        let names = Set(request.fields.map { $0.name.lowercased() })
        return names.filter { usual.contains($0) || $0.hasPrefix("x-amz-") }.sorted()
    }

    private func signature(
        of request: SignerRequest,
        _ names: [String],
        payloadHash: String,
        at time: Timestamp
    ) throws(SigV4Error) -> ([UInt8], CredentialScope) {
        let scope = scope(at: time)
        let canonical = try CanonicalRequest(
            of: request,
            signedHeaders: names,
            payloadHash: payloadHash,
            pathForm: pathForm
        )
        let key = SigningKey(secret: secret, scope: scope)
        return (key.signature(of: canonical.stringToSign(date: time.iso8601Basic, scope: scope)), scope)
    }
}

private func append(_ item: (name: String, value: String), to query: inout ArraySlice<UInt8>) {
    if !query.isEmpty { query.append(UInt8(ascii: "&")) }
    query += item.name.utf8
    query.append(UInt8(ascii: "="))
    query += PercentCoding.encode(item.value.utf8)
}

extension Int {
    /// The next multiple of `step`; zero stays zero.
    fileprivate func roundedUp(to step: Int) -> Int { dividedRoundingUp(by: step) * step }
}

import Base
import SigV4
import Testing

private let host: (name: String, value: String) = ("Host", "localhost:9000")
private let rules = SignatureRules(region: .exactly("us-east-1"))
private let signer = SigV4Signer(accessKey: exampleAccessKey, secret: exampleSecret)

private func signed(
    _ fields: [(name: String, value: String)] = [host],
    target: String = "/bucket/key?partNumber=1&uploadId=a%2Fb",
    payload: PayloadKind = .unsigned
) throws -> SignerRequest {
    try signer.sign(
        SignerRequest(method: "PUT", target: target, fields: fields),
        payload: payload,
        at: exampleTime
    )
}

@discardableResult
private func verify(
    _ request: SignerRequest,
    rules: SignatureRules = rules,
    now: Timestamp = exampleTime,
    secret: String = exampleSecret,
    keys: SigningKeyCache? = nil
) throws(SigV4Error) -> SignatureClaim {
    let claim = try SignatureClaim(of: request, kind: try SignatureKind(of: request), rules: rules, now: now)
    _ = try claim.verify(secret: secret, for: request, keys: keys)
    return claim
}

extension SignerRequest {
    /// With the value of a header changed, or the header taken away.
    fileprivate func with(_ name: String, _ change: (String) -> String?) -> SignerRequest {
        var changed = self
        changed.fields = fields.compactMap { field in
            guard field.name.lowercased() == name else { return field }
            return change(field.value).map { (field.name, $0) }
        }
        return changed
    }
}

@Suite("a signature in the header") struct HeaderSignatureTests {
    @Test func itsClaimSaysWhatWasSigned() throws {
        let claim = try verify(try signed([host, ("X-Amz-Meta-A", " b  c "), ("Range", "bytes=0-")]))
        #expect(claim.accessKey == exampleAccessKey)
        #expect(claim.scope == CredentialScope(date: "20130524", region: "us-east-1", service: "s3"))
        #expect(
            claim.signedHeaders == ["host", "range", "x-amz-content-sha256", "x-amz-date", "x-amz-meta-a"]
        )
        #expect(claim.time == exampleTime)
        #expect(claim.payload == .unsigned)
        #expect(claim.sessionToken == nil)
        #expect(claim.kind == .authorizationHeader)
    }

    @Test func aSessionTokenIsHandedOut() throws {
        var temporary = signer
        temporary.sessionToken = "token"
        let request = try temporary.sign(
            SignerRequest(method: "GET", target: "/", fields: [host]),
            payload: .unsigned,
            at: exampleTime
        )
        #expect(try verify(request).sessionToken == "token")
    }

    @Test func anAccessKeyMayHoldSlashes() throws {
        let odd = SigV4Signer(accessKey: "a/b/c", secret: exampleSecret)
        let request = try odd.sign(
            SignerRequest(method: "GET", target: "/", fields: [host]),
            payload: .unsigned,
            at: exampleTime
        )
        #expect(try verify(request).accessKey == "a/b/c")
    }

    @Test(arguments: [-900, -899, 0, 899, 900] as [Int64]) func aClockWithinTheSkewIsAccepted(seconds: Int64)
        throws
    {
        try verify(try signed(), now: exampleTime + .seconds(seconds))
    }

    @Test(arguments: [-901, 901, -1_000_000, 1_000_000] as [Int64]) func aClockBeyondTheSkewIsNot(
        seconds: Int64
    ) throws {
        let now = exampleTime + .seconds(seconds)
        #expect(throws: SigV4Error.requestTimeTooSkewed(requestTime: exampleTime, serverTime: now)) {
            try verify(try signed(), now: now)
        }
    }

    @Test func anythingChangedUnderTheSignatureIsNoticed() throws {
        let request = try signed([host, ("x-amz-meta-a", "b")])
        var changes: [SignerRequest] = []
        changes.append(request.with("host") { _ in "other:9000" })
        changes.append(request.with("x-amz-meta-a") { _ in "c" })
        changes.append(request.with("x-amz-content-sha256") { _ in String(repeating: "0", count: 64) })
        changes.append(request.with("x-amz-date") { _ in "20130524T000001Z" })
        changes.append(request.with("authorization") { $0.replacing("Signature=", with: "Signature=0") })
        changes.append(request.with("authorization") { String($0.dropLast()) })
        changes.append(request.with("authorization") { $0.replacing("host;", with: "") + "" })
        var other = request
        other.methodText = "GET"
        changes.append(other)
        other = request
        other.pathBytes = ArraySlice("/bucket/kez".utf8)
        changes.append(other)
        other = request
        other.queryBytes = ArraySlice("partNumber=2&uploadId=a%2Fb".utf8)
        changes.append(other)
        try verify(request)
        for (index, change) in changes.enumerated() {
            let error = #expect(throws: SigV4Error.self) { try verify(change) }
            #expect(error == (index == 6 ? .headerNotSigned("host") : .signatureMismatch), "change \(index)")
        }
        #expect(throws: SigV4Error.signatureMismatch) { try verify(request, secret: "other") }
    }

    @Test func headersAddedOnTheWayAreNoticed() throws {
        var request = try signed()
        request.fields.append(("X-Amz-Acl", "public-read"))
        #expect(throws: SigV4Error.headerNotSigned("x-amz-acl")) { try verify(request) }
    }

    @Test func aSecondValueOfASignedHeaderIsNoticed() throws {
        var request = try signed([host, ("x-amz-meta-a", "b")])
        request.fields.append(("x-amz-meta-a", "c"))
        #expect(throws: SigV4Error.signatureMismatch) { try verify(request) }
    }

    @Test func aSignedHeaderThatWasTakenAwayIsNamed() throws {
        let request = try signed([host, ("range", "bytes=0-1")]).with("range") { _ in nil }
        #expect(throws: SigV4Error.signedHeaderMissing("range")) { try verify(request) }
    }

    @Test func theScopeMustBeThisServers() throws {
        let request = try signed()
        #expect(
            throws: SigV4Error.wrongRegion(
                expected: "eu-west-1",
                found: "us-east-1",
                kind: .authorizationHeader
            )
        ) { try verify(request, rules: SignatureRules(region: .exactly("eu-west-1"))) }
        try verify(request, rules: SignatureRules(region: .any))
        #expect(
            throws: SigV4Error.wrongService(expected: "sts", found: "s3", kind: .authorizationHeader)
        ) { try verify(request, rules: SignatureRules(region: .any, service: "sts")) }
        let dated = request.with("authorization") { $0.replacing("/20130524/", with: "/20130525/") }
        #expect(
            throws: SigV4Error.wrongScopeDate(
                expected: "20130524",
                found: "20130525",
                kind: .authorizationHeader
            )
        ) { try verify(dated) }
    }

    @Test func datesMayBeHTTPDates() throws {
        let request = try signed().with("x-amz-date") { _ in nil }
        #expect(throws: SigV4Error.missingDate) { try verify(request) }
        for (name, value) in [("Date", "yesterday"), ("x-amz-date", "20130524"), ("Date", "")] {
            var dated = request
            dated.fields.append((name, value))
            #expect(throws: SigV4Error.missingDate) { try verify(dated) }
        }
        for zone in ["GMT", "+0000", "-0000"] {
            var dated = request.with("authorization") { $0.replacing(";x-amz-date", with: "") }
            dated.fields.append(("Date", "Fri, 24 May 2013 00:00:00 \(zone)"))
            #expect(throws: SigV4Error.signatureMismatch) { try verify(dated) }
        }
    }

    @Test func thePayloadMustBeDeclared() throws {
        let request = try signed()
        #expect(throws: SigV4Error.payloadHashMissing) {
            try verify(request.with("x-amz-content-sha256") { _ in nil })
        }
        for text in [
            "", "unsigned-payload", String(repeating: "g", count: 64), String(repeating: "0", count: 63),
            "STREAMING-",
        ] {
            #expect(throws: SigV4Error.malformedPayloadHash) {
                try verify(request.with("x-amz-content-sha256") { _ in text })
            }
        }
    }

    @Test(arguments: [
        PayloadKind.hashed([UInt8](repeating: 0xab, count: 32)), .unsigned, .signedChunks,
        .signedChunksWithTrailer,
        .unsignedChunksWithTrailer,
    ])
    func everyPayloadKindIsRead(payload: PayloadKind) throws {
        #expect(try verify(try signed(payload: payload)).payload == payload)
    }

    @Test(arguments: [
        "AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256 Credential",
        "AWS4-HMAC-SHA256 Credential=a/20130524/r/s3/aws4_request",
        "AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=b",
        "AWS4-HMAC-SHA256 Credential=/20130524/r/s3/aws4_request, SignedHeaders=host, Signature=b",
        "AWS4-HMAC-SHA256 Credential=a/2013052/r/s3/aws4_request, SignedHeaders=host, Signature=b",
        "AWS4-HMAC-SHA256 Credential=a/20130524/us-east-1//aws4_request, SignedHeaders=host, Signature=b",
        "AWS4-HMAC-SHA256 Credential=a/20130524/r/s3/aws5_request, SignedHeaders=host, Signature=b",
        "AWS4-HMAC-SHA256 Credential=a/20130524/r/s3/aws4_request, SignedHeaders=, Signature=b",
        "AWS4-HMAC-SHA256 Credential=a/20130524/r/s3/aws4_request, SignedHeaders=Host, Signature=b",
        "AWS4-HMAC-SHA256 Credential=a/20130524/r/s3/aws4_request, SignedHeaders=host;host, Signature=b",
        "AWS4-HMAC-SHA256 Credential=a/20130524/r/s3/aws4_request, SignedHeaders=host, Signature=b, Signature=c",
    ])
    func aMalformedHeaderIsRefused(value: String) throws {
        let request = try signed().with("authorization") { _ in value }
        let error = #expect(throws: SigV4Error.self) { try verify(request) }
        switch error {
        case .malformedAuthorization, .unsupportedAlgorithm(.authorizationHeader): break
        default: Issue.record("\(String(describing: error))")
        }
    }

    @Test func twoAuthorizationHeadersAreRefused() throws {
        var request = try signed()
        request.fields.append(("authorization", "AWS4-HMAC-SHA256 x"))
        let error = #expect(throws: SigV4Error.self) { try verify(request) }
        guard case .malformedAuthorization = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func spacesAndOrderOfThePiecesDoNotMatter() throws {
        let request = try signed()
        try verify(request.with("authorization") { $0.replacing(", ", with: ",") })
        try verify(request.with("authorization") { $0.replacing(", ", with: " ,  ") })
        try verify(
            request.with("authorization") { value in
                let pieces = value.dropFirst("AWS4-HMAC-SHA256 ".count).split(separator: ", ")
                return "AWS4-HMAC-SHA256 " + pieces.reversed().joined(separator: ", ")
            }
        )
    }

    @Test(arguments: ["/%", "/a%2", "/a%zz", "/?a=%", "/?%g0"]) func aBrokenTargetIsRefused(target: String)
        throws
    {
        var request = try signed(target: "/")
        let broken = SignerRequest(method: "PUT", target: target, fields: [])
        (request.pathBytes, request.queryBytes) = (broken.pathBytes, broken.queryBytes)
        #expect(throws: SigV4Error.malformedTarget) { try verify(request) }
    }
}

@Suite("a presigned URL") struct PresignedTests {
    private func presigned(_ expiresSeconds: Int64 = 60, target: String = "/bucket/key?versionId=1") throws
        -> SignerRequest
    {
        try signer.presign(
            SignerRequest(method: "GET", target: target, fields: [host]),
            expiresSeconds: expiresSeconds,
            at: exampleTime
        )
    }

    @Test(arguments: [1, 2, 604_799, 604_800] as [Int64]) func livesItsTime(expires: Int64) throws {
        let request = try presigned(expires)
        let claim = try verify(request)
        #expect(claim.kind == .queryParameters)
        #expect(claim.payload == .unsigned)
        try verify(request, now: exampleTime + .seconds(expires))
        let late = exampleTime + .seconds(expires + 1)
        #expect(throws: SigV4Error.expired(at: exampleTime + .seconds(expires), serverTime: late)) {
            try verify(request, now: late)
        }
        try verify(request, now: exampleTime + .seconds(-900))
        let early = exampleTime + .seconds(-901)
        #expect(throws: SigV4Error.notYetValid(from: exampleTime, serverTime: early)) {
            try verify(request, now: early)
        }
    }

    @Test(arguments: [-1, 0, 604_801] as [Int64]) func mayNotLiveLonger(expires: Int64) throws {
        let error = #expect(throws: SigV4Error.self) { try verify(try presigned(expires)) }
        guard case .malformedQueryParameters = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(arguments: [
        QueryParameter.credential, QueryParameter.date, QueryParameter.expires, QueryParameter.signedHeaders,
        QueryParameter.signature, QueryParameter.algorithm,
    ])
    func needsEveryParameterOnce(name: String) throws {
        let request = try presigned()
        let items = String(decoding: request.queryBytes, as: UTF8.self).split(separator: "&")
        var changed = request
        changed.queryBytes = ArraySlice(
            items.filter { !$0.hasPrefix("\(name)=") }.joined(separator: "&").utf8
        )
        #expect(throws: SigV4Error.self) { try verify(changed) }
        let item = try #require(items.first { $0.hasPrefix("\(name)=") })
        changed.queryBytes = request.queryBytes + ArraySlice("&\(item)".utf8)
        #expect(throws: SigV4Error.malformedQueryParameters("\(name) is there twice.")) {
            try verify(changed)
        }
    }

    @Test func mayNotDeclareTwoPayloads() throws {
        let declared = SignerRequest(
            method: "PUT",
            target: "/b/k?X-Amz-Content-Sha256=UNSIGNED-PAYLOAD",
            fields: [host, ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")]
        )
        let request = try signer.presign(declared, expiresSeconds: 60, at: exampleTime)
        #expect(throws: SigV4Error.malformedPayloadHash) { try verify(request) }
        let same = declared.with("x-amz-content-sha256") { _ in "UNSIGNED-PAYLOAD" }
        #expect(
            try verify(try signer.presign(same, expiresSeconds: 60, at: exampleTime)).payload == .unsigned
        )
    }

    @Test func coversTheOperationsParameters() throws {
        var request = try presigned()
        request.queryBytes += ArraySlice("&acl".utf8)
        #expect(throws: SigV4Error.signatureMismatch) { try verify(request) }
    }

    @Test func isRefusedBesideAHeader() throws {
        var request = try presigned()
        request.fields.append(("Authorization", "AWS4-HMAC-SHA256 x"))
        #expect(throws: SigV4Error.severalSignatures) { try SignatureKind(of: request) }
    }
}

@Suite struct SignatureKindTests {
    @Test(
        arguments: [
            ("/", nil, SignatureKind.anonymous), ("/?X-Amz-Algorithm=x", nil, .queryParameters),
            ("/?X%2DAmz-Signature", nil, .queryParameters), ("/?x-amz-algorithm=x", nil, .anonymous),
            ("/?AWSAccessKeyId=a&Expires=1", nil, .version2Query), ("/?Expires=1", nil, .anonymous),
            ("/", "AWS4-HMAC-SHA256 x", .authorizationHeader), ("/", "AWS a:b", .version2Header),
            ("/", "Bearer x", .otherScheme), ("/", "", .otherScheme), ("/?%zz", nil, .anonymous),
        ] as [(String, String?, SignatureKind)]
    )
    func isReadOffTheRequest(target: String, authorization: String?, kind: SignatureKind) throws {
        let fields = authorization.map { [(name: "AUTHORIZATION", value: $0)] } ?? []
        #expect(try SignatureKind(of: SignerRequest(method: "GET", target: target, fields: fields)) == kind)
    }
}

@Suite struct SigningKeyCacheTests {
    @Test func aChangedSecretMisses() throws {
        let keys = SigningKeyCache()
        let request = try signed()
        for _ in 0..<3 { try verify(request, keys: keys) }
        #expect(keys.count == 1)
        #expect(throws: SigV4Error.signatureMismatch) { try verify(request, secret: "other", keys: keys) }
        try verify(request, keys: keys)
        #expect(keys.count == 2)
    }

    @Test func itsSizeIsBounded() {
        let keys = SigningKeyCache(generationCountMax: 4)
        let scope = CredentialScope(date: "20130524", region: "us-east-1", service: "s3")
        for index in 0..<100 {
            _ = keys.key(accessKey: "\(index)", secret: "s", scope: scope)
            #expect(keys.count <= 8)
        }
    }
}

internal import Base

/// The pieces of a version 4 signature, from the header or from the query.
struct SignatureFields {
    var accessKey: String
    var scope: CredentialScope
    var signedHeaders: [String]
    var signature: [UInt8]
    var time: Timestamp
    /// Only a presigned URL has one; 1...604800.
    var expiresSeconds: Int64?
    var sessionToken: String?
    var payloadText: String?

    /// `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`: the pieces in any order, white
    /// space around them optional.
    init(header request: some SignableRequest) throws(SigV4Error) {
        let values = request.values(of: SignatureField.authorization)
        guard values.count == 1, let value = values.first else {
            throw .malformedAuthorization("There must be exactly one Authorization header.")
        }
        let text = String(decoding: value.trimmed, as: UTF8.self)
        let words = text.split(separator: " ", maxSplits: 1)
        guard words.count == 2, words[0] == algorithmName else {
            throw .unsupportedAlgorithm(.authorizationHeader)
        }
        var pieces: [String: String] = [:]
        for piece in words[1].utf8.split(separator: UInt8(ascii: ",")) {
            let piece = ArraySlice(piece).trimmed
            let name = piece.prefix { $0 != UInt8(ascii: "=") }
            guard name.count < piece.count else {
                throw .malformedAuthorization("A piece of the Authorization header has no value.")
            }
            let key = String(decoding: name, as: UTF8.self)
            guard
                pieces.updateValue(
                    String(decoding: piece.dropFirst(name.count + 1), as: UTF8.self),
                    forKey: key
                ) == nil
            else { throw .malformedAuthorization("The Authorization header has \(key) twice.") }
        }
        guard let credential = pieces["Credential"], let signed = pieces["SignedHeaders"],
            let signature = pieces["Signature"]
        else {
            throw .malformedAuthorization(
                "The Authorization header needs Credential, SignedHeaders and Signature."
            )
        }
        guard let (accessKey, scope) = CredentialScope.split(credential: credential) else {
            throw .malformedAuthorization(
                "The Credential must be \"<access key>/YYYYMMDD/<region>/<service>/aws4_request\"."
            )
        }
        guard let headers = headerNames(signed) else {
            throw .malformedAuthorization("SignedHeaders must be names in lower case between semicolons.")
        }
        self.accessKey = accessKey
        self.scope = scope
        signedHeaders = headers
        self.signature = Array(signature.utf8)
        time = try requestTime(request)
        sessionToken = request.value(of: SignatureField.securityToken)
        payloadText = request.value(of: SignatureField.contentSHA256)
    }

    /// `X-Amz-Algorithm` to `X-Amz-Signature`, each exactly once.
    init(query request: some SignableRequest) throws(SigV4Error) {
        let items = try signatureParameters(request.queryBytes)
        guard items[QueryParameter.algorithm] == algorithmName else {
            throw .unsupportedAlgorithm(.queryParameters)
        }
        guard let credential = items[QueryParameter.credential], let date = items[QueryParameter.date],
            let expires = items[QueryParameter.expires], let signed = items[QueryParameter.signedHeaders],
            let signature = items[QueryParameter.signature]
        else {
            throw .malformedQueryParameters(
                "Query-string authentication needs X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, "
                    + "X-Amz-Date, X-Amz-SignedHeaders and X-Amz-Expires."
            )
        }
        guard let (accessKey, scope) = CredentialScope.split(credential: credential) else {
            throw .malformedQueryParameters(
                "X-Amz-Credential must be \"<access key>/YYYYMMDD/<region>/<service>/aws4_request\"."
            )
        }
        guard let headers = headerNames(signed) else {
            throw .malformedQueryParameters(
                "X-Amz-SignedHeaders must be names in lower case between semicolons."
            )
        }
        guard let time = Timestamp(iso8601Basic: date) else {
            throw .malformedQueryParameters("X-Amz-Date must be as in 20150830T123600Z.")
        }
        self.accessKey = accessKey
        self.scope = scope
        signedHeaders = headers
        self.signature = Array(signature.utf8)
        self.time = time
        expiresSeconds = try lifetime(expires)
        sessionToken =
            items[QueryParameter.securityToken] ?? request.value(of: SignatureField.securityToken)
        let payloadInHeader = request.value(of: SignatureField.contentSHA256)
        payloadText = items[QueryParameter.contentSHA256] ?? payloadInHeader
        // Whoever reads the body goes by the header, if there is one.
        guard payloadInHeader == nil || payloadInHeader == payloadText else { throw .malformedPayloadHash }
    }

    /// A header's time may be off by the skew; a presigned URL starts within it and ends on time.
    func checkTime(now: Timestamp) throws(SigV4Error) {
        let skew = SignatureRules.skewMaxSeconds
        guard let expiresSeconds else {
            guard abs(now.seconds - time.seconds) <= skew else {
                throw .requestTimeTooSkewed(requestTime: time, serverTime: now)
            }
            return
        }
        guard time.seconds - now.seconds <= skew else { throw .notYetValid(from: time, serverTime: now) }
        guard now.seconds - time.seconds <= expiresSeconds else {
            throw .expired(at: time + .seconds(expiresSeconds), serverTime: now)
        }
    }

    func checkScope(kind: SignatureKind, rules: SignatureRules) throws(SigV4Error) {
        let day = String(time.iso8601Basic.prefix(8))
        guard scope.date == day else {
            throw .wrongScopeDate(expected: day, found: scope.date, kind: kind)
        }
        if case .exactly(let region) = rules.region, scope.region != region {
            throw .wrongRegion(expected: region, found: scope.region, kind: kind)
        }
        guard scope.service == rules.service else {
            throw .wrongService(expected: rules.service, found: scope.service, kind: kind)
        }
    }
}

/// x-amz-date wins over Date.
private func requestTime(_ request: some SignableRequest) throws(SigV4Error) -> Timestamp {
    let text = request.value(of: SignatureField.amzDate) ?? request.value(of: SignatureField.date)
    guard let time = text.flatMap({ requestTime($0) }) else { throw .missingDate }
    return time
}

private func headerNames(_ text: String) -> [String]? {
    let names = text.split(separator: ";", omittingEmptySubsequences: false).map { String($0) }
    let areNames = names.allSatisfy { name in
        !name.isEmpty
            && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0.asciiLowerCased == $0 && $0 != 0x3a }
    }
    return areNames && Set(names).count == names.count ? names : nil
}

private func lifetime(_ text: String) throws(SigV4Error) -> Int64 {
    guard let seconds = Int64(text) else {
        throw .malformedQueryParameters("X-Amz-Expires must be a number.")
    }
    guard seconds > 0 else { throw .malformedQueryParameters("X-Amz-Expires must be positive.") }
    guard seconds <= SignatureRules.expiresMaxSeconds else {
        throw .malformedQueryParameters(
            "X-Amz-Expires must be at most a week, \(SignatureRules.expiresMaxSeconds) seconds."
        )
    }
    return seconds
}

/// The parameters that make a signature, decoded; the operation's own are left out.
private func signatureParameters(_ query: ArraySlice<UInt8>) throws(SigV4Error) -> [String: String] {
    var items: [String: String] = [:]
    for item in query.split(separator: UInt8(ascii: "&")) {
        let rawName = item.prefix { $0 != UInt8(ascii: "=") }
        guard let nameBytes = PercentCoding.decode(rawName) else { throw .malformedTarget }
        let name = String(decoding: nameBytes, as: UTF8.self)
        guard QueryParameter.isOfSignature(name) else { continue }
        guard let value = PercentCoding.decode(item.dropFirst(rawName.count + 1)) else {
            throw .malformedTarget
        }
        guard items.updateValue(String(decoding: value, as: UTF8.self), forKey: name) == nil else {
            throw .malformedQueryParameters("\(name) is there twice.")
        }
    }
    return items
}

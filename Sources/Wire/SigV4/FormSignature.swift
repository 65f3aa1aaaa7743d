package import Base
internal import Cryptography

/// Who a form for an upload says it is from. What is signed is the form's policy as it was sent, in base64; the policy
/// then says which other fields are meant.
///
///     x-amz-algorithm  x-amz-credential  x-amz-date  x-amz-signature     version 4
///     AWSAccessKeyId   signature                                         version 2
///
/// Everything here is the client's word until ``verify(secret:keys:)`` has returned.
package struct FormSignature: Sendable {
    private enum Version {
        case version2
        case version4(CredentialScope)
    }

    package let accessKey: String
    /// For temporary credentials; to be checked against the access key by whoever looks up the secret.
    package let sessionToken: String?
    private let version: Version
    /// In base64, as it was signed; for error answers that show it.
    package let policy: String
    private let signature: [UInt8]

    /// - Parameter field: answers a field's value by its name in lower case.
    /// - Returns: `nil` where no field is one of a signature.
    /// - Throws: ``SigV4Error/formFieldMissing(_:)`` for half a signature, or one without a policy; what is wrong with
    ///   its scope or its time. How long the form is good for is for its policy to say.
    package init?(
        field: (_ name: String) -> String?,
        rules: SignatureRules,
        now: Timestamp
    ) throws(SigV4Error) {
        let isVersion2 = field(FormField.version2AccessKey) ?? field(FormField.version2Signature) != nil
        let isVersion4 =
            field(FormField.algorithm) ?? field(FormField.credential) ?? field(FormField.signature) != nil
        guard !isVersion2 || !isVersion4 else { throw .severalSignatures }
        guard isVersion2 || isVersion4 else {
            guard field(FormField.policy) == nil else { throw .formFieldMissing("AWSAccessKeyId") }
            return nil
        }
        func required(_ name: String, _ spelling: String) throws(SigV4Error) -> String {
            guard let value = field(name), !value.isEmpty else { throw .formFieldMissing(spelling) }
            return value
        }
        policy = try required(FormField.policy, "policy")
        if isVersion2 {
            version = .version2
            accessKey = try required(FormField.version2AccessKey, "AWSAccessKeyId")
            signature = Array(try required(FormField.version2Signature, "signature").utf8)
        } else {
            let credential = try required(FormField.credential, "x-amz-credential")
            let date = try required(FormField.date, "x-amz-date")
            signature = Array(try required(FormField.signature, "x-amz-signature").utf8)
            guard try required(FormField.algorithm, "x-amz-algorithm") == algorithmName else {
                throw .unsupportedAlgorithm(.queryParameters)
            }
            let (key, scope) = try Self.scope(credential, date: date, rules: rules, now: now)
            (accessKey, version) = (key, .version4(scope))
        }
        sessionToken = field(SignatureField.securityToken)
    }

    private static func scope(
        _ credential: String,
        date: String,
        rules: SignatureRules,
        now: Timestamp
    ) throws(SigV4Error) -> (accessKey: String, scope: CredentialScope) {
        guard let (accessKey, scope) = CredentialScope.split(credential: credential) else {
            throw .malformedQueryParameters(
                "x-amz-credential must be \"<access key>/YYYYMMDD/<region>/<service>/aws4_request\"."
            )
        }
        guard let time = Timestamp(iso8601Basic: date) else {
            throw .malformedQueryParameters("x-amz-date must be as in 20150830T123600Z.")
        }
        guard time.seconds - now.seconds <= SignatureRules.skewMaxSeconds else {
            throw .notYetValid(from: time, serverTime: now)
        }
        let day = String(time.iso8601Basic.prefix(8))
        guard scope.date == day else {
            throw .wrongScopeDate(expected: day, found: scope.date, kind: .queryParameters)
        }
        if case .exactly(let region) = rules.region, scope.region != region {
            throw .wrongRegion(expected: region, found: scope.region, kind: .queryParameters)
        }
        guard scope.service == rules.service else {
            throw .wrongService(expected: rules.service, found: scope.service, kind: .queryParameters)
        }
        return (accessKey, scope)
    }

    /// Whether it is one of version 4.
    package var isVersion4: Bool {
        switch version {
        case .version2: false
        case .version4: true
        }
    }

    /// Compares the signature in constant time.
    ///
    /// - Throws: ``SigV4Error/signatureMismatch``.
    package func verify(secret: String, keys: SigningKeyCache? = nil) throws(SigV4Error) {
        let text = Array(policy.utf8)
        let expected =
            switch version {
            case .version2: SigV2.signature(of: text, secret: secret)
            case .version4(let scope):
                (keys?.key(accessKey: accessKey, secret: secret, scope: scope)
                    ?? SigningKey(secret: secret, scope: scope)).signature(of: text)
            }
        guard constantTimeEqual(expected, signature) else { throw .signatureMismatch }
    }
}

/// The names of the fields that forms are signed with, in lower case.
package enum FormField {
    package static let policy = "policy"
    package static let algorithm = "x-amz-algorithm"
    package static let credential = "x-amz-credential"
    package static let date = "x-amz-date"
    package static let signature = "x-amz-signature"
    package static let version2AccessKey = "awsaccesskeyid"
    package static let version2Signature = "signature"
}

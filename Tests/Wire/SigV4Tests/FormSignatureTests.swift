import Base
import SigV4
import Testing

/// The example of the S3 reference ("Example: Browser-Based Upload using HTTP POST (Using AWS Signature Version 4)").
private let policy = """
    eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAgICB7ImJ1Y2tldCI6ICJzaWd2\
    NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8iXSwNCiAgICB7ImFjbCI6ICJwdWJsaWMt\
    cmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDovL3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29t\
    L3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2UvIl0sDQogICAgeyJ4\
    LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRlLWVuY3J5cHRpb24iOiAiQUVTMjU2In0s\
    DQogICAgWyJzdGFydHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAgICB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUlPU0ZP\
    RE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1B\
    Qy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9
    """
private let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
private let now = Timestamp(seconds: 1_451_350_000)

private let version4 = [
    "policy": policy, "x-amz-algorithm": "AWS4-HMAC-SHA256", "x-amz-date": "20151229T000000Z",
    "x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request",
    "x-amz-signature": "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e",
]
private let version2 = [
    "policy": "cG9saWN5", "awsaccesskeyid": "key", "signature": "xjcOd3+I0tu58AF8jUmwdfvwgBU=",
]

private func claim(
    _ fields: [String: String],
    region: SignatureRules.Region = .any,
    now: Timestamp = now
) throws(SigV4Error) -> FormSignature? {
    try FormSignature(field: { fields[$0] }, rules: SignatureRules(region: region), now: now)
}

@Suite("signatures of forms") struct FormSignatureTests {
    @Test func theExampleOfTheReferenceIsAccepted() throws {
        let claim = try #require(try claim(version4))
        #expect(claim.accessKey == "AKIAIOSFODNN7EXAMPLE")
        #expect(claim.isVersion4)
        try claim.verify(secret: secret)
        try claim.verify(secret: secret, keys: SigningKeyCache())
        #expect(throws: SigV4Error.signatureMismatch) { try claim.verify(secret: secret + "x") }
    }

    @Test func aVersion2SignatureIsAccepted() throws {
        var fields = version2
        fields["x-amz-security-token"] = "token"
        let claim = try #require(try claim(fields))
        #expect(claim.accessKey == "key" && claim.sessionToken == "token" && !claim.isVersion4)
        try claim.verify(secret: "secret")
        #expect(throws: SigV4Error.signatureMismatch) { try claim.verify(secret: "other") }
    }

    @Test func anotherPolicyHasAnotherSignature() throws {
        var fields = version4
        fields["policy"] = "\(policy.dropLast())1"
        let claim = try #require(try claim(fields))
        #expect(throws: SigV4Error.signatureMismatch) { try claim.verify(secret: secret) }
    }

    @Test func aFormWithoutAnyOfTheFieldsIsNobodys() throws {
        #expect(try claim(["key": "k"]) == nil)
        #expect(throws: SigV4Error.formFieldMissing("AWSAccessKeyId")) { try claim(["policy": "p"]) }
    }

    @Test(arguments: version4.keys.sorted()) func halfASignatureIsRefused(name: String) throws {
        var fields = version4
        fields[name] = nil
        #expect(throws: SigV4Error.formFieldMissing(name)) { try claim(fields) }
        fields[name] = ""
        #expect(throws: SigV4Error.formFieldMissing(name)) { try claim(fields) }
    }

    @Test(arguments: [("policy", "policy"), ("awsaccesskeyid", "AWSAccessKeyId"), ("signature", "signature")])
    func halfASignatureOfVersion2IsRefused(name: String, spelling: String) throws {
        var fields = version2
        fields[name] = nil
        #expect(throws: SigV4Error.formFieldMissing(spelling)) { try claim(fields) }
    }

    @Test func twoSignaturesAreRefused() throws {
        let both = version4.merging(version2) { first, _ in first }
        #expect(throws: SigV4Error.severalSignatures) { try claim(both) }
    }

    @Test(arguments: [
        ("x-amz-algorithm", "AWS4-HMAC-SHA1"), ("x-amz-date", "2015-12-29"),
        ("x-amz-date", "20151228T235959Z"),
        ("x-amz-credential", "key"), ("x-amz-credential", "key/20151229/us-east-1/iam/aws4_request"),
        ("x-amz-credential", "key/20151229/eu-west-1/s3/aws4_request"),
    ])
    func scopesAndTimesAreChecked(name: String, value: String) throws {
        var fields = version4
        fields[name] = value
        let error = #expect(throws: SigV4Error.self) { try claim(fields, region: .exactly("us-east-1")) }
        #expect(error != .signatureMismatch)
    }

    @Test func aFormOfTomorrowIsRefusedAndOneOfLastMonthIsForItsPolicyToEnd() throws {
        let signed = Timestamp(seconds: 1_451_347_200)
        #expect(throws: SigV4Error.self) { try claim(version4, now: signed + .seconds(-901)) }
        #expect(try claim(version4, now: signed + .seconds(-900)) != nil)
        #expect(try claim(version4, now: signed + .seconds(30 * 86_400)) != nil)
    }
}

import Base
import S3API
import TestSupport
import Testing

private let now = Timestamp(seconds: 1_750_000_000)

private func form(_ fields: [(String, String)]) throws -> UploadForm {
    var form = UploadForm()
    for (name, value) in fields { try form.append(name, value) }
    return form
}

private func policy(_ conditions: String, expiration: String = "2030-01-01T00:00:00Z") throws -> PostPolicy {
    try PostPolicy(parsing: Array("{\"expiration\":\"\(expiration)\",\"conditions\":[\(conditions)]}".utf8))
}

private func check(
    _ conditions: String,
    _ fields: [(String, String)] = [("key", "foo.txt")]
) throws -> ClosedRange<Int64> {
    try policy("{\"bucket\":\"photos\"},\(conditions)")
        .check(form(fields), bucket: "photos", now: now)
}

private func refusal(_ conditions: String, _ fields: [(String, String)] = [("key", "foo.txt")]) -> String? {
    do {
        _ = try check(conditions, fields)
        return nil
    } catch let error as S3Error {
        #expect(error.code == .accessDenied)
        return error.message
    } catch {
        return "\(error)"
    }
}

@Suite("policies of forms") struct PostPolicyTests {
    @Test func itIsReadFromBase64WithLineBreaks() throws {
        let text = Base64.standard.encode(
            Array(
                #"{"expiration":"2030-01-01T00:00:00.000Z","conditions":[{"Bucket":"b"},["STARTS-with","$Key","a"],["content-length-range","1",2]]}"#
                    .utf8
            )
        )
        let broken = text.prefix(20) + "\r\n" + text.dropFirst(20)
        let policy = try PostPolicy(encoded: String(broken))
        #expect(policy.expiration == Timestamp(seconds: 1_893_456_000))
        #expect(
            policy.conditions
                == [.equal(name: "bucket", value: "b"), .prefix(name: "key", value: "a"), .size(1...2)]
        )
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"expiration":"2030-01-01T00:00:00Z"}"#, #"{"conditions":[]}"#,
        #"{"EXPIRATION":"2030-01-01T00:00:00Z","conditions":[]}"#,
        #"{"expiration":"2030-01-01T00:00:00Z","CONDITIONS":[]}"#,
        #"{"expiration":"2030-01-01 00:00:00+00:00","conditions":[]}"#,
        #"{"expiration":"2030-01-01T00:00:00Z","conditions":{}}"#,
        #"{"expiration":"2030-01-01T00:00:00Z","conditions":[],"conditions":[]}"#,
        #"{"expiration":"2030-01-01T00:00:00Z","conditions":[],"more":1}"#,
    ])
    func aDocumentThatIsNoneIsRefused(text: String) {
        let error = #expect(throws: S3Error.self) { try PostPolicy(parsing: Array(text.utf8)) }
        #expect(error?.code == .invalidPolicyDocument)
    }

    @Test(arguments: [
        "{}", "[]", "1", #""eq""#, #"{"acl":1}"#, #"["eq","$key"]"#, #"["eq","key","x"]"#, #"["eq","$","x"]"#,
        #"["eq","$key",1]"#, #"["in","$key","x"]"#, #"["content-length-range",0]"#,
        #"["content-length-range",-1,0]"#, #"["content-length-range",2,1]"#,
        #"["content-length-range",0,1.5]"#,
        #"["content-length-range",0,99999999999999999999]"#,
    ])
    func aConditionThatIsNoneIsRefused(condition: String) {
        let error = #expect(throws: S3Error.self) { try policy(condition) }
        #expect(error?.code == .invalidPolicyDocument)
    }

    @Test func whatMeetsEveryConditionIsAllowed() throws {
        let conditions = #"["starts-with","$key","foo"],{"ACL":"private"},["eq","$x-amz-meta-a",""]"#
        let fields = [
            ("key", "foo.txt"), ("Acl", "private"), ("policy", "p"), ("AWSAccessKeyId", "k"),
            ("signature", "s"),
            ("x-ignore-me", "1"), ("x-amz-checksum-crc32", "AAAAAA=="), ("x-amz-signature", "s"),
        ]
        #expect(try check(conditions, fields) == 0...Int64.max)
    }

    @Test(arguments: [
        (
            #"["eq","$key","foo.tx"]"#,
            #"Invalid according to Policy: Policy Condition failed: ["eq", "$key", "foo.tx"]"#
        ),
        (
            #"["starts-with","$key","Foo"]"#,
            #"Invalid according to Policy: Policy Condition failed: ["starts-with", "$key", "Foo"]"#
        ),
        (
            #"{"acl":"private"},{"key":"foo.txt"}"#,
            #"Invalid according to Policy: Policy Condition failed: ["eq", "$acl", "private"]"#
        ),
        (#"["eq","$acl",""]"#, "Invalid according to Policy: Extra input fields: key"),
        (
            #"["content-length-range",0,1],["content-length-range",2,3],{"key":"foo.txt"}"#,
            "Invalid according to Policy: Policy Condition failed: content-length-range"
        ),
    ])
    func whatDoesNotIsRefusedWithTheReason(conditions: String, reason: String) {
        #expect(refusal(conditions) == reason)
    }

    @Test func theBucketIsTheOneThatTheFormWasSentTo() throws {
        let policy = try policy(#"{"bucket":"photos"},["starts-with","$key",""]"#)
        let form = try form([("key", "k"), ("bucket", "photos")])
        #expect(throws: S3Error.self) { try policy.check(form, bucket: "other", now: now) }
        #expect(try policy.check(form, bucket: "photos", now: now) == 0...Int64.max)
        let without = try PostPolicyTests.withoutBucket()
        #expect(throws: S3Error.self) { try without.check(form, bucket: "photos", now: now) }
    }

    private static func withoutBucket() throws -> PostPolicy { try policy(#"["starts-with","$key",""]"#) }

    @Test func itEnds() throws {
        let policy = try policy(#"{"bucket":"b"},{"key":"k"}"#, expiration: "2025-06-15T15:06:40Z")
        let form = try form([("key", "k")])
        #expect(try policy.check(form, bucket: "b", now: now + .nanoseconds(-1)) == 0...Int64.max)
        #expect { try policy.check(form, bucket: "b", now: now) } throws: {
            ($0 as? S3Error)?.message == "Invalid according to Policy: Policy expired."
        }
    }

    @Test func rangesOfSizesAreIntersected() throws {
        let ranges = #"["content-length-range",0,10],["content-length-range",5,20],{"key":"foo.txt"}"#
        #expect(try check(ranges) == 5...10)
    }

    @Test func everyTypeOfAListHasToBegin() {
        let condition = #"{"key":"k"},["starts-with","$Content-Type","image/"]"#
        #expect(refusal(condition, [("key", "k"), ("Content-Type", "image/png, image/gif")]) == nil)
        #expect(refusal(condition, [("key", "k"), ("Content-Type", "image/png,text/html")]) != nil)
        #expect(refusal(condition, [("key", "k")]) != nil)
    }

    @Test(arguments: 0..<32 as Range<UInt64>) func mutatedPoliciesAreReadOrRefused(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let text =
            #"{"expiration":"2030-01-01T00:00:00Z","conditions":[{"bucket":"b"},["eq","$key","k"],["content-length-range",0,10]]}"#
        for _ in 0..<300 {
            do throws(S3Error) {
                let policy = try PostPolicy(parsing: mutated(Array(text.utf8), using: &random))
                #expect(policy.conditions.count <= 100)
            } catch { #expect(error.code == .invalidPolicyDocument) }
            let encoded = mutated(Array(Base64.standard.encode(Array(text.utf8)).utf8), using: &random)
            do throws(S3Error) {
                _ = try PostPolicy(encoded: String(decoding: encoded, as: UTF8.self))
            } catch { #expect(error.code == .invalidPolicyDocument) }
        }
    }
}

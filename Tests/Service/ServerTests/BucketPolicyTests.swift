import Bytes
import Engine
import Foundation
import IAM
import Policy
import S3Service
import TestSupport
import Testing
import Topology

@testable import Server

private func policy(_ statements: String...) -> String {
    #"{"Version":"2012-10-17","Statement":[\#(statements.joined(separator: ","))]}"#
}

private func allow(_ action: String, _ resource: String, _ principal: String = #""*""#, _ more: String = "")
    -> String
{
    statement("Allow", action, resource, principal, more)
}

private func deny(_ action: String, _ resource: String, _ principal: String = #""*""#, _ more: String = "")
    -> String
{
    statement("Deny", action, resource, principal, more)
}

private func statement(
    _ effect: String,
    _ action: String,
    _ resource: String,
    _ principal: String,
    _ more: String
) -> String {
    #"{"Effect":"\#(effect)","Principal":\#(principal),"Action":"\#(action)","Resource":"arn:aws:s3:::\#(resource)"\#(more)}"#
}

@Suite(.timeLimit(.minutes(2))) struct BucketPolicyTests {
    private func prepare(_ server: TestServer) async throws {
        try await server.engine.makeBucket("bucket")
        for key in ["open/a", "secret/a"] {
            #expect(try server.send("PUT", "/bucket/\(key)", body: "text", as: "owner").status == 200)
        }
    }

    private func put(_ text: String, on server: TestServer) throws -> LoopbackClient.Answer {
        try server.send("PUT", "/bucket?policy", body: text, as: "owner")
    }

    @Test func aTakenNameIsSaidToBeOnesOwnOrAnothers() async throws {
        try await withServer { server in
            try await server.engine.makeBucket("bucket")
            let create =
                #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:CreateBucket","Resource":"arn:aws:s3:::*"}]}"#
            let account = Account(id: "123456789012", canonicalID: "c0ffee", displayName: "Other")
            try server.users.set("colleague", policies: [create])
            try server.users.set("stranger", account: account, policies: [create])
            for (name, code) in [
                ("owner", "BucketAlreadyOwnedByYou"), ("colleague", "BucketAlreadyOwnedByYou"),
                ("stranger", "BucketAlreadyExists"),
            ] {
                let answer = try server.send("PUT", "/bucket", as: name)
                #expect(answer.status == 409 && answer.text.contains("<Code>\(code)</Code>"))
            }
        }
    }

    @Test func aPolicyIsThereUntilItIsTakenAway() async throws {
        try await withServer { server in
            try await prepare(server)
            let missing = try server.send("GET", "/bucket?policy", as: "owner")
            #expect(missing.status == 404 && missing.text.contains("<Code>NoSuchBucketPolicy</Code>"))
            #expect(
                try server.send("GET", "/bucket?policyStatus", as: "owner").text
                    .contains("<IsPublic>false</IsPublic>")
            )
            let nowhere = try server.send("GET", "/no-such-bucket?policyStatus", as: "owner")
            #expect(nowhere.status == 404 && nowhere.text.contains("<Code>NoSuchBucket</Code>"))
            #expect(try server.send("DELETE", "/bucket?policy", as: "owner").status == 204)

            let text = policy(allow("s3:GetObject", "bucket/open/*"))
            #expect(try put(text, on: server).status == 204)
            let found = try server.send("GET", "/bucket?policy", as: "owner")
            #expect(found.text == text)
            #expect(found.value(of: "Content-Type") == "application/json")
            let status = try server.send("GET", "/bucket?policyStatus", as: "owner").text
            #expect(status.contains("<IsPublic>true</IsPublic>"))
            #expect(try server.send("GET", "/bucket/open/a", as: nil).text == "text")
            #expect(try server.send("GET", "/bucket/secret/a", as: nil).status == 403)

            #expect(try server.send("DELETE", "/bucket?policy", as: "owner").status == 204)
            #expect(try server.send("GET", "/bucket/open/a", as: nil).status == 403)
            #expect(try server.send("GET", "/bucket?policy", as: "owner").status == 404)
        }
    }

    @Test(arguments: [
        ("", "JSON"), ("nonsense", "JSON"), (#"{"Version":"2012-10-17","Statement":[]}"#, "Statement"),
        (policy(allow("s3:GetObject", "other/*")), "other"),
        (policy(allow("s3:Nothing", "bucket/*")), "s3:Nothing"),
        (policy(allow("s3:GetObject", "bucket")), "s3:GetObject"),
        (
            policy(#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::bucket/*"}"#),
            "Principal"
        ),
        (policy(allow("s3:GetObject", "bucket/*")) + String(repeating: " ", count: 20 << 10), "20480"),
    ])
    func whatIsNoPolicyIsRefusedWithItsReason(text: String, reason: String) async throws {
        try await withServer { server in
            try await prepare(server)
            let answer = try put(text, on: server)
            #expect(answer.status == 400)
            #expect(answer.text.contains("<Code>MalformedPolicy</Code>"), "\(answer.text)")
            #expect(answer.text.contains(reason), "\(answer.text)")
            #expect(try server.send("GET", "/bucket?policy", as: "owner").status == 404)
        }
    }

    @Test func aPolicyThatArrivesBrokenIsRefused() async throws {
        try await withServer { server in
            try await prepare(server)
            let text = policy(allow("s3:GetObject", "bucket/*"))
            let answer = try server.send(
                "PUT",
                "/bucket?policy",
                [("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg==")],
                body: text,
                as: "owner"
            )
            #expect(answer.status == 400 && answer.text.contains("BadDigest"))
            #expect(try server.send("PUT", "/nobucket?policy", body: text, as: "owner").status == 404)
        }
    }

    /// As minio-py and boto3 users write them.
    @Test(arguments: [#""*""#, #"{"AWS":"*"}"#, #"{"AWS":["*"]}"#])
    func everybodyIsWrittenInSeveralWays(principal: String) async throws {
        try await withServer { server in
            try await prepare(server)
            #expect(try put(policy(allow("s3:GetObject", "bucket/*", principal)), on: server).status == 204)
            #expect(try server.send("GET", "/bucket/open/a", as: nil).status == 200)
            #expect(try server.send("PUT", "/bucket/open/a", body: "", as: nil).status == 403)
        }
    }

    @Test func signedUsersAreBoundByBucketPolicies() async throws {
        try await withServer { server in
            try await prepare(server)
            try server.users.set("alice")
            let bob =
                #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::*"}]}"#
            try server.users.set("bob", policies: [bob])
            let alice = #"{"AWS":"arn:aws:iam:::user/alice"}"#
            let text = policy(
                allow("s3:GetObject", "bucket/*", alice),
                deny("s3:GetObject", "bucket/secret/*")
            )
            #expect(try put(text, on: server).status == 204)
            #expect(try server.send("GET", "/bucket/open/a", as: "alice").status == 200)
            #expect(try server.send("GET", "/bucket/open/a", as: "bob").status == 200)
            #expect(try server.send("GET", "/bucket/open/a", as: nil).status == 403)
            for user in ["alice", "bob", "owner"] {
                #expect(try server.send("GET", "/bucket/secret/a", as: user).status == 403, "\(user)")
            }
        }
    }

    @Test func theOwnerCanMendAPolicyThatLocksEverybodyOut() async throws {
        try await withServer { server in
            try await prepare(server)
            let text = policy(deny("s3:*", "bucket"), deny("s3:*", "bucket/*"))
            #expect(try put(text, on: server).status == 204)
            #expect(try server.send("GET", "/bucket", as: "owner").status == 403)
            #expect(try server.send("GET", "/bucket?policy", as: "owner").status == 200)
            #expect(try server.send("DELETE", "/bucket?policy", as: "owner").status == 204)
            #expect(try server.send("GET", "/bucket", as: "owner").status == 200)
        }
    }

    @Test func conditionsAreAskedOfTheRequest() async throws {
        try await withServer { server in
            try await prepare(server)
            let here = #","Condition":{"IpAddress":{"aws:SourceIp":"127.0.0.1"}}"#
            let away = #","Condition":{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}"#
            let prefix = #","Condition":{"StringEquals":{"s3:prefix":"open/"}}"#
            let text = policy(
                allow("s3:GetObject", "bucket/open/*", #""*""#, here),
                allow("s3:GetObject", "bucket/secret/*", #""*""#, away),
                allow("s3:ListBucket", "bucket", #""*""#, prefix)
            )
            #expect(try put(text, on: server).status == 204)
            #expect(try server.send("GET", "/bucket/open/a", as: nil).status == 200)
            #expect(try server.send("GET", "/bucket/secret/a", as: nil).status == 403)
            // Nobody is a trusted proxy unless a setting says so.
            let forged = [(name: "X-Forwarded-For", value: "192.0.2.7")]
            #expect(try server.send("GET", "/bucket/secret/a", forged, as: nil).status == 403)
            #expect(try server.send("GET", "/bucket?prefix=open/", as: nil).status == 200)
            #expect(try server.send("GET", "/bucket?prefix=secret/", as: nil).status == 403)
            #expect(try server.send("GET", "/bucket", as: nil).status == 403)
            #expect(try server.send("HEAD", "/bucket?prefix=open/", as: nil).status == 403)
        }
    }

    @Test func atrustedProxySaysWhereARequestIsFrom() async throws {
        let configure: (inout S3Handler.Options) -> Void = { options in
            options.trustedProxies = [IPNetwork("127.0.0.1")].compactMap { $0 }
        }
        try await withServer(configure) { server in
            try await prepare(server)
            let away = #","Condition":{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}"#
            #expect(
                try put(policy(allow("s3:GetObject", "bucket/*", #""*""#, away)), on: server).status == 204
            )
            let forwarded = [(name: "X-Forwarded-For", value: "203.0.113.1, 192.0.2.7")]
            #expect(try server.send("GET", "/bucket/open/a", forwarded, as: nil).status == 200)
            let other = [(name: "X-Forwarded-For", value: "192.0.2.7, 203.0.113.1")]
            #expect(try server.send("GET", "/bucket/open/a", other, as: nil).status == 403)
            #expect(try server.send("GET", "/bucket/open/a", as: nil).status == 403)
        }
    }

    @Test func theTagsOfTheObjectCount() async throws {
        try await withServer { server in
            try await prepare(server)
            for (key, tags) in [("red", "team=red"), ("blue", "a=b&Team=blue"), ("plain", "")] {
                var body = BytesInMemory(Array(key.utf8))
                let staged = try await server.engine.stage(
                    &body,
                    size: Int64(key.utf8.count),
                    bucket: "bucket",
                    key: key,
                    storageClass: .standard
                )
                _ = try await server.engine.commit(
                    staged,
                    as: .null,
                    metadata: ObjectMetadata(user: [("etag", "e"), ("x-amz-tagging", tags)]),
                    guards: []
                )
            }
            let red = #","Condition":{"StringEquals":{"s3:ExistingObjectTag/team":"red"}}"#
            #expect(
                try put(policy(allow("s3:GetObject", "bucket/*", #""*""#, red)), on: server).status == 204
            )
            let forged = [(name: "x-amz-tagging", value: "team=red")]
            #expect(try server.send("GET", "/bucket/red", as: nil).text == "red")
            for key in ["blue", "plain", "missing"] {
                #expect(try server.send("GET", "/bucket/\(key)", forged, as: nil).status == 403, "\(key)")
                #expect(try server.send("HEAD", "/bucket/\(key)", as: nil).status == 403, "\(key)")
            }
        }
    }

    @Test func whoMayNotListIsNotToldWhatIsMissing() async throws {
        try await withServer { server in
            try await prepare(server)
            let prefix = #","Condition":{"StringLike":{"s3:prefix":"open/*"}}"#
            let text = policy(
                allow("s3:GetObject", "bucket/*"),
                allow("s3:ListBucket", "bucket", #""*""#, prefix)
            )
            #expect(try put(text, on: server).status == 204)
            for method in ["GET", "HEAD"] {
                #expect(try server.send(method, "/bucket/open/missing", as: nil).status == 404)
                #expect(try server.send(method, "/bucket/secret/missing", as: nil).status == 403)
                #expect(try server.send(method, "/bucket/secret/missing", as: "owner").status == 404)
            }
        }
    }

    @Test func whoMayListButNotReadIsToldWhatIsMissing() async throws {
        try await withServer { server in
            try await prepare(server)
            let prefix = #","Condition":{"StringLike":{"s3:prefix":"open/*"}}"#
            let list = allow("s3:ListBucket", "bucket", #""*""#, prefix)
            #expect(try put(policy(list), on: server).status == 204)
            for method in ["GET", "HEAD"] {
                #expect(try server.send(method, "/bucket/open/missing", as: nil).status == 404)
                #expect(try server.send(method, "/bucket/open/a", as: nil).status == 403)
                #expect(try server.send(method, "/bucket/secret/missing", as: nil).status == 403)
            }
            #expect(try server.send("PUT", "/bucket/open/missing", body: "x", as: nil).status == 403)
            #expect(try server.send("GET", "/bucket/open/missing?tagging", as: nil).status == 403)
            #expect(try put(policy(list, deny("s3:GetObject", "bucket/*")), on: server).status == 204)
            #expect(try server.send("GET", "/bucket/open/missing", as: nil).status == 403)
        }
    }

    @Test func aPolicyOutlivesARestartAndGoesWithItsBucket() async throws {
        let folder = try TemporaryFolder("server")
        do {
            let first = try await TestServer(on: folder)
            try await prepare(first)
            #expect(try put(policy(allow("s3:GetObject", "bucket/open/*")), on: first).status == 204)
            await first.stop()
        }
        let second = try await TestServer(on: folder)
        #expect(try second.send("GET", "/bucket/open/a", as: nil).status == 200)
        #expect(try second.send("GET", "/bucket/secret/a", as: nil).status == 403)
        for key in ["open/a", "secret/a"] {
            #expect(try second.send("DELETE", "/bucket/\(key)", as: "owner").status == 204)
        }
        #expect(try second.send("DELETE", "/bucket", as: "owner").status == 204)
        #expect(try second.send("PUT", "/bucket", body: "", as: "owner").status == 200)
        #expect(try second.send("GET", "/bucket?policy", as: "owner").status == 404)
        await second.stop()
    }

    @Test func aStoredPolicyThatCannotBeReadDeniesAndSaysSo() async throws {
        try await withServer { server in
            try await prepare(server)
            let all =
                #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::*"}]}"#
            try server.users.set("bob", policies: [all])
            try await server.engine.set(
                .policy,
                to: Array(#"{"Statement":"broken"}"#.utf8),
                ofBucket: "bucket"
            )
            #expect(try server.send("GET", "/bucket/open/a", as: "bob").status == 403)
            #expect(try server.send("GET", "/bucket/open/a", as: nil).status == 403)
            #expect(try server.send("GET", "/bucket/open/a", as: "owner").status == 200)
            #expect(server.log.lines("unreadable").count == 1)
            #expect(try server.send("GET", "/bucket?policy", as: "owner").text == #"{"Statement":"broken"}"#)
            #expect(try put(policy(allow("s3:GetObject", "bucket/*")), on: server).status == 204)
            #expect(try server.send("GET", "/bucket/open/a", as: "bob").status == 200)
        }
    }

    @Test func eachKeyOfADeletionIsAskedFor() async throws {
        try await withServer { server in
            try await prepare(server)
            let bob =
                #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:DeleteObject","Resource":"arn:aws:s3:::bucket/open/*"}]}"#
            try server.users.set("bob", policies: [bob])
            let body =
                "<Delete><Object><Key>open/a</Key></Object><Object><Key>secret/a</Key></Object></Delete>"
            let answer = try server.send("POST", "/bucket?delete", body: body, as: "bob")
            #expect(answer.status == 200)
            #expect(answer.text.contains("<Deleted><Key>open/a</Key></Deleted>"), "\(answer.text)")
            #expect(answer.text.contains("<Key>secret/a</Key><Code>AccessDenied</Code>"), "\(answer.text)")
            #expect(try server.send("HEAD", "/bucket/secret/a", as: "owner").status == 200)
            #expect(try server.send("HEAD", "/bucket/open/a", as: "owner").status == 404)
        }
    }

    @Test func theListOfBucketsShowsWhatTheCallerMaySee() async throws {
        try await withServer { server in
            for bucket in ["alpha", "beta", "gamma", "hidden"] { try await server.engine.makeBucket(bucket) }
            func names(_ user: String, _ query: String = "") throws -> [String]? {
                let answer = try server.send("GET", "/\(query)", as: user)
                guard answer.status == 200 else { return nil }
                return answer.text.split(separator: "<Name>").dropFirst().map {
                    String($0.prefix { $0 != "<" })
                }
            }
            func identity(_ statements: String) -> String {
                #"{"Version":"2012-10-17","Statement":[\#(statements)]}"#
            }
            try server.users.set(
                "bob",
                policies: [
                    identity(
                        #"{"Effect":"Allow","Action":"s3:ListBucket","Resource":["arn:aws:s3:::beta","arn:aws:s3:::gamma"]},{"Effect":"Allow","Action":"s3:GetBucketLocation","Resource":"arn:aws:s3:::alpha"}"#
                    )
                ]
            )
            #expect(try names("bob") == ["alpha", "beta", "gamma"])
            #expect(try names("bob", "?prefix=b") == ["beta"])
            #expect(try names("bob", "?max-buckets=2") == ["alpha", "beta"])
            #expect(try names("owner") == ["alpha", "beta", "gamma", "hidden"])
            try server.users.set(
                "carol",
                policies: [
                    identity(
                        #"{"Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"arn:aws:s3:::*"}"#
                    )
                ]
            )
            #expect(try names("carol") == ["alpha", "beta", "gamma", "hidden"])
            try server.users.set("dave")
            #expect(try names("dave") == nil)
            try server.users.set(
                "erin",
                policies: [
                    identity(
                        #"{"Effect":"Deny","Action":"s3:ListAllMyBuckets","Resource":"arn:aws:s3:::*"},{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::*"}"#
                    )
                ]
            )
            #expect(try names("erin") == nil)
        }
    }

    @Test func everyDecisionLeavesALineWithoutSecrets() async throws {
        try await withServer { server in
            try await prepare(server)
            #expect(try put(policy(deny("s3:GetObject", "bucket/secret/*")), on: server).status == 204)
            _ = try server.send("GET", "/bucket/secret/a?X-Secret=hidden", as: "owner")
            let line = try #require(server.log.lines("access").last)
            for part in [
                "decision=denied", "s3:GetObject on arn:aws:s3:::bucket/secret/a", "accessKey=owner",
                "kind=root",
                "bucket policy of", "statement 1", "127.0.0.1",
            ] {
                #expect(line.contains(part), "\(part): \(line)")
            }
            let lines = server.log.lines("access").joined()
            #expect(
                !lines.contains("hidden") && !lines.contains("owner-secret") && !lines.contains("Signature")
            )
            #expect(server.log.lines("access").contains { $0.contains("decision=allowed") })
        }
    }

    @Test func whoGuessesSecretsIsTurnedAwayWithoutOthers() async throws {
        try await withServer({ $0.signInFailuresMax = 3 }) { server in
            try server.users.set("alice")
            for _ in 0..<3 {
                let answer = try server.send("GET", "/", as: "alice", secret: "guess")
                #expect(answer.text.contains("<Code>SignatureDoesNotMatch</Code>"))
            }
            for secret in ["guess", "alice-secret"] {
                let answer = try server.send("GET", "/", as: "alice", secret: secret)
                #expect(answer.status == 503 && answer.text.contains("<Code>SlowDown</Code>"))
                #expect(answer.value(of: "Retry-After") != nil)
            }
            #expect(try server.send("GET", "/", as: "owner").status == 200)
            for index in 0..<3 {
                #expect(try server.send("GET", "/", as: "nobody\(index)").text.contains("InvalidAccessKeyId"))
            }
            #expect(try server.send("GET", "/", as: "nobody4").status == 503)
            #expect(try server.send("GET", "/", as: "owner").status == 200)
        }
    }
}

import Base
import Engine
import S3API
import TestSupport
import Testing

/// What policies see of tags and locks, over HTTP.
@Suite struct TagAndLockPolicyTests {
    private static func statement(_ action: String, _ condition: String, effect: String = "Allow") -> String {
        #"{"Effect":"\#(effect)","Action":"\#(action)","Resource":"arn:aws:s3:::*","Condition":{\#(condition)}}"#
    }

    private static func policy(_ statements: String...) -> String {
        #"{"Version":"2012-10-17","Statement":[\#(statements.joined(separator: ","))]}"#
    }

    private static func tags(_ key: String, _ value: String) -> String {
        "<Tagging><TagSet><Tag><Key>\(key)</Key><Value>\(value)</Value></Tag></TagSet></Tagging>"
    }

    private static let forged = [(name: "x-amz-tagging", value: "team=red")]

    private func makeLockingBucket(_ server: TestServer) throws {
        let fields = [(name: "x-amz-bucket-object-lock-enabled", value: "true")]
        #expect(try server.send("PUT", "/bucket", fields, body: "", as: "owner").status == 200)
    }

    @Test func theTagsInTheBodyCount() async throws {
        try await withServer { server in
            try await server.engine.makeBucket("bucket")
            #expect(try server.send("PUT", "/bucket/key", body: "text", as: "owner").status == 200)
            let red = #""StringEquals":{"s3:RequestObjectTag/team":"red"}"#
            try server.users.set(
                "walker",
                policies: [Self.policy(Self.statement("s3:PutObjectTagging", red))]
            )
            func put(_ tags: String) throws -> Int {
                try server.send("PUT", "/bucket/key?tagging", Self.forged, body: tags, as: "walker").status
            }
            #expect(try put(Self.tags("team", "red")) == 200)
            #expect(try put(Self.tags("team", "blue")) == 403)
            #expect(try put(Self.tags("other", "red")) == 403)
            let stored = try await server.engine.version(bucket: "bucket", key: "key")
            #expect(stored.metadata("x-amz-tagging") == "team=red")

            let keys = #""ForAnyValue:StringEquals":{"s3:RequestObjectTagKeys":"secret"}"#
            let all = #""Bool":{"aws:SecureTransport":"false"}"#
            try server.users.set(
                "walker",
                policies: [
                    Self.policy(
                        Self.statement("s3:*", all),
                        Self.statement("s3:PutObjectTagging", keys, effect: "Deny")
                    )
                ]
            )
            #expect(try put(Self.tags("secret", "x")) == 403)
            #expect(try put(Self.tags("open", "x")) == 200)
        }
    }

    @Test func theTagsThatAreThereDecideWhoChangesThem() async throws {
        try await withServer { server in
            try await server.engine.makeBucket("bucket")
            for team in ["red", "blue"] {
                let fields = [(name: "x-amz-tagging", value: "team=\(team)")]
                #expect(
                    try server.send("PUT", "/bucket/\(team)", fields, body: "x", as: "owner").status == 200
                )
            }
            let red = #""StringEquals":{"s3:ExistingObjectTag/team":"red"}"#
            try server.users.set("walker", policies: [Self.policy(Self.statement("s3:*", red))])
            let body = Self.tags("team", "blue")
            #expect(try server.send("DELETE", "/bucket/blue?tagging", as: "walker").status == 403)
            #expect(try server.send("PUT", "/bucket/blue?tagging", body: body, as: "walker").status == 403)
            let attributes = [(name: "x-amz-object-attributes", value: "ETag")]
            #expect(try server.send("GET", "/bucket/red?attributes", attributes, as: "walker").status == 200)
            #expect(try server.send("GET", "/bucket/blue?attributes", attributes, as: "walker").status == 403)
            #expect(try server.send("PUT", "/bucket/red?tagging", body: body, as: "walker").status == 200)
            #expect(try server.send("PUT", "/bucket/red?tagging", body: body, as: "walker").status == 403)
        }
    }

    /// A header that means nothing to a request does not change what its conditions see.
    @Test func theSourceOfNoCopyIsNotBelieved() async throws {
        try await withServer { server in
            try await server.engine.makeBucket("bucket")
            #expect(
                try server.send(
                    "PUT",
                    "/bucket?versioning",
                    body:
                        "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
                    as: "owner"
                ).status == 200
            )
            let ids = try ["one", "two"].map { text in
                try server.send("PUT", "/bucket/key", body: text, as: "owner")
                    .value(of: "x-amz-version-id") ?? ""
            }
            let first = #""StringEquals":{"s3:VersionId":"\#(ids[0])"}"#
            try server.users.set(
                "walker",
                policies: [Self.policy(Self.statement("s3:GetObjectVersion", first))]
            )
            let source = [(name: "x-amz-copy-source", value: "/bucket/key?versionId=\(ids[0])")]
            #expect(
                try server.send("GET", "/bucket/key?versionId=\(ids[0])", source, as: "walker").text == "one"
            )
            #expect(
                try server.send("GET", "/bucket/key?versionId=\(ids[1])", source, as: "walker").status == 403
            )

            let copies = #""StringLike":{"s3:x-amz-copy-source":"src/*"}"#
            try server.users.set(
                "walker",
                policies: [Self.policy(Self.statement("s3:PutObject", copies))]
            )
            let form = TestForm([("key", "form"), ("x-amz-copy-source", "src/a")], file: "its own")
            #expect(try server.post(form, to: "/bucket", as: "walker").status == 403)
        }
    }

    /// A copy with tags needs the rights to read and to set them, which only its source tells.
    @Test func copiedTagsNeedTheirRights() async throws {
        try await withServer { server in
            try await server.engine.makeBucket("bucket")
            #expect(
                try server.send("PUT", "/bucket/tagged", Self.forged, body: "x", as: "owner").status == 200
            )
            #expect(try server.send("PUT", "/bucket/plain", body: "x", as: "owner").status == 200)
            let all = #""Bool":{"aws:SecureTransport":"false"}"#
            let copying = ["s3:GetObject", "s3:PutObject"].map { Self.statement($0, all) }
            let tagging = ["s3:GetObjectTagging", "s3:PutObjectTagging"].map { Self.statement($0, all) }
            func copy(_ key: String, _ fields: [(name: String, value: String)] = []) throws -> Int {
                let source = [(name: "x-amz-copy-source", value: "/bucket/\(key)")]
                return try server.send("PUT", "/bucket/copy", source + fields, as: "walker").status
            }
            for (statements, expected) in [
                (copying, 403), (copying + [tagging[0]], 403), (copying + [tagging[1]], 403),
                (copying + tagging, 200),
            ] {
                let text = #"{"Version":"2012-10-17","Statement":[\#(statements.joined(separator: ","))]}"#
                try server.users.set("walker", policies: [text])
                #expect(try copy("tagged") == expected)
                #expect(try copy("plain") == 200)
                #expect(try copy("tagged", [(name: "x-amz-tagging-directive", value: "REPLACE")]) == 200)
            }
        }
    }

    @Test func retentionCanBeLimitedByPolicies() async throws {
        try await withServer { server in
            try makeLockingBucket(server)
            #expect(try server.send("PUT", "/bucket/key", body: "text", as: "owner").status == 200)
            let all = #""Bool":{"aws:SecureTransport":"false"}"#
            let long = #""NumericGreaterThan":{"s3:object-lock-remaining-retention-days":"10"}"#
            let compliance = #""StringEquals":{"s3:object-lock-mode":"COMPLIANCE"}"#
            let on = #""StringEquals":{"s3:object-lock-legal-hold":"ON"}"#
            try server.users.set(
                "walker",
                policies: [
                    Self.policy(
                        Self.statement("s3:*", all),
                        Self.statement("s3:PutObjectRetention", long, effect: "Deny"),
                        Self.statement("s3:PutObjectRetention", compliance, effect: "Deny"),
                        Self.statement("s3:PutObjectLegalHold", on, effect: "Deny")
                    )
                ]
            )
            func retain(_ mode: RetentionMode, days: Int64) throws -> Int {
                let until = server.engine.now + .seconds(days * 86_400 + 3600)
                let body = String(decoding: Retention(mode, until: until).xml, as: UTF8.self)
                let forged = [(name: "x-amz-object-lock-mode", value: "GOVERNANCE")]
                return try server.send("PUT", "/bucket/key?retention", forged, body: body, as: "walker")
                    .status
            }
            #expect(try retain(.governance, days: 11) == 403)
            #expect(try retain(.compliance, days: 1) == 403)
            #expect(try retain(.governance, days: 10) == 200)
            func hold(_ hold: LegalHold) throws -> Int {
                let body = String(decoding: hold.xml, as: UTF8.self)
                return try server.send("PUT", "/bucket/key?legal-hold", body: body, as: "walker").status
            }
            #expect(try hold(.on) == 403)
            #expect(try hold(.off) == 200)
        }
    }

    @Test func whoMayOnlyReadIsNotToldOfTagsAndLocks() async throws {
        try await withServer { server in
            try makeLockingBucket(server)
            let fields = Self.forged + [(name: "x-amz-object-lock-legal-hold", value: "ON")]
            #expect(try server.send("PUT", "/bucket/key", fields, body: "text", as: "owner").status == 200)
            let all = #""Bool":{"aws:SecureTransport":"false"}"#
            try server.users.set("walker", policies: [Self.policy(Self.statement("s3:GetObject", all))])
            for method in ["GET", "HEAD"] {
                let told = try server.send(method, "/bucket/key", as: "owner").head.lowercased()
                #expect(told.contains("x-amz-tagging-count: 1"))
                #expect(told.contains("x-amz-object-lock-legal-hold: on"))
                let reader = try server.send(method, "/bucket/key", as: "walker")
                #expect(reader.status == 200)
                #expect(!reader.head.lowercased().contains("x-amz-tagging-count"))
                #expect(!reader.head.lowercased().contains("x-amz-object-lock"))
            }
        }
    }
}

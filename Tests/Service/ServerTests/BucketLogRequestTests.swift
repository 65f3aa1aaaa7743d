import Base
import BucketOperations
import Engine
import IAM
import S3Service
import Server
import TestSupport
import Testing

/// Requests to a server whose bucket `source` is logged in `logs`.
@Suite(.timeLimit(.minutes(3))) struct BucketLogRequestTests {
    private static let other = Account(id: "100000000001", canonicalID: "aa", displayName: "Alice")

    private static func policy(_ statements: String...) -> String {
        #"{"Version":"2012-10-17","Statement":[\#(statements.joined(separator: ","))]}"#
    }

    private static func statement(_ effect: String, _ action: String, _ resource: String) -> String {
        #"{"Effect":"\#(effect)","Action":"\#(action)","Resource":"arn:aws:s3:::\#(resource)"}"#
    }

    private static func enabling(_ target: String = "logs", _ prefix: String = "a") -> String {
        "<BucketLoggingStatus><LoggingEnabled><TargetBucket>\(target)</TargetBucket><TargetPrefix>\(prefix)</TargetPrefix></LoggingEnabled></BucketLoggingStatus>"
    }

    private func with(_ body: (TestServer) async throws -> Void) async throws {
        try await withServer { server in
            for name in ["source", "logs"] {
                #expect(try server.send("PUT", "/\(name)", body: "", as: "owner").status == 200)
            }
            try await body(server)
        }
    }

    private func enable(_ server: TestServer, as user: String, _ body: String = enabling()) throws
        -> LoopbackClient.Answer
    {
        try server.send("PUT", "/source?logging", body: body, as: user)
    }

    /// The fields of the lines that came of `requests`, those of an operation alone.
    private func lines(_ server: TestServer, _ operation: String) async throws -> [[String]] {
        await server.bucketLogs.close()
        var text = ""
        for case .object(let version, _) in try await server.engine.list(bucket: "logs", ListRequest())
            .entries
        {
            let reader = try await server.engine.open(bucket: "logs", key: version.key)
            defer { reader.close() }
            while let piece = try await reader.next() { text += String(decoding: piece.bytes, as: UTF8.self) }
        }
        return text.split(separator: "\n").map { line in
            // What stands between quotes or brackets is one field.
            var (fields, isQuoted) = ([""], false)
            for letter in line {
                switch letter {
                case "\"", "[", "]": isQuoted.toggle()
                case " " where !isQuoted: fields.append("")
                default: fields[fields.count - 1].append(letter)
                }
            }
            return fields
        }.filter { $0[6] == operation }
    }

    @Test(
        "whoever turns a log on may write every object that it may come to write",
        arguments: [
            ([statement("Allow", "s3:PutObject", "logs/*")], 200),
            ([statement("Allow", "s3:PutObject", "logs/a*")], 200),
            ([statement("Allow", "s3:PutObject", "logs/a")], 403),
            ([statement("Allow", "s3:PutObject", "logs/a/*")], 403),
            ([statement("Allow", "s3:PutObject", "logs/b*")], 403),
            ([statement("Allow", "s3:GetObject", "logs/*")], 403), ([], 403),
            (
                [
                    statement("Allow", "s3:PutObject", "logs/*"),
                    statement("Deny", "s3:PutObject", "logs/a2026*"),
                ], 403
            ),
        ] as [([String], Int)]
    )
    func rights(statements: [String], status: Int) async throws {
        try await with { server in
            let all = ([Self.statement("Allow", "s3:PutBucketLogging", "source")] + statements)
                .joined(separator: ",")
            try server.users.set("user", policies: [Self.policy(all)])
            #expect(try enable(server, as: "user").status == status)
            let stored = try server.send("GET", "/source?logging", as: "owner").text
            #expect(stored.contains("<TargetBucket>logs</TargetBucket>") == (status == 200))
        }
    }

    @Test func theTargetIsOfTheSameOwner() async throws {
        try await with { server in
            let everything = Self.policy(Self.statement("Allow", "s3:*", "*"))
            try server.users.set("alice", account: Self.other, policies: [everything])
            #expect(try server.send("PUT", "/hers", body: "", as: "alice").status == 200)
            let open =
                #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::hers/*"}]}"#
            #expect(try server.send("PUT", "/hers?policy", body: open, as: "alice").status == 204)
            let refused = try enable(server, as: "owner", Self.enabling("hers"))
            #expect(refused.status == 400)
            #expect(refused.text.contains("<Code>InvalidTargetBucketForLogging</Code>"))
            #expect(refused.text.contains("owner"))
            let unknown = try enable(server, as: "owner", Self.enabling("nothing"))
            #expect(unknown.text.contains("<Code>InvalidTargetBucketForLogging</Code>"))
            #expect(try enable(server, as: "owner").status == 200)
        }
    }

    @Test func whoSignedAFormIsNamedAndWhatItStoredToo() async throws {
        try await with { server in
            try server.users.set(
                "user",
                policies: [Self.policy(Self.statement("Allow", "s3:PutObject", "source/*"))]
            )
            #expect(try enable(server, as: "owner").status == 200)
            let form = TestForm([("key", "from form")], file: "12345")
            #expect(try server.post(form, to: "/source", as: "user").status == 204)
            let line = try #require(try await lines(server, "REST.POST.BUCKET").first)
            #expect(line[4] == "arn:aws:iam::\(Account.server.id):user/user")
            #expect(line[7] == "from%20form")
            #expect(line[12] == "5")
        }
    }

    @Test func sizesAreOfObjectsAndNotOfBodies() async throws {
        try await with { server async throws in
            #expect(try server.send("PUT", "/source/key", body: "1234567", as: "owner").status == 200)
            #expect(try enable(server, as: "owner").status == 200)
            let copying = [(name: "x-amz-copy-source", value: "/source/key")]
            #expect(try server.send("PUT", "/source/copy", copying, body: "", as: "owner").status == 200)
            let tags = "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"
            #expect(try server.send("PUT", "/source/key?tagging", body: tags, as: "owner").status == 200)
            #expect(try server.send("PUT", "/source/new", body: "123", as: "owner").status == 200)
            #expect(try server.send("GET", "/source/key", as: "owner").status == 200)
            for (operation, size) in [
                ("REST.COPY.OBJECT", "7"), ("REST.PUT.OBJECT_TAGGING", "-"), ("REST.PUT.OBJECT", "3"),
                ("REST.GET.OBJECT", "7"),
            ] {
                let found = try await lines(server, operation)
                #expect(found.count == 1, "\(operation)")
                #expect(found.first?[12] == size, "\(operation)")
            }
        }
    }
}

import Base
import Cryptography
import Engine
import TestSupport
import Testing

/// DeleteObjects decides for each key by itself.
@Suite(.timeLimit(.minutes(2))) struct BatchDeletionTests {
    private func deletion(_ elements: String...) -> String { "<Delete>\(elements.joined())</Delete>" }

    private func object(_ key: String, _ more: String = "") -> String {
        "<Object><Key>\(key)</Key>\(more)</Object>"
    }

    private func delete(
        _ server: TestServer,
        _ body: String,
        as user: String?
    ) throws -> LoopbackClient.Answer {
        try server.send(
            "POST",
            "/bucket?delete",
            [(name: "Content-MD5", value: contentMD5(body))],
            body: body,
            as: user
        )
    }

    @Test func whoMayDeleteVersionsOnlyIsNotAskedForMore() async throws {
        try await withServer { server in
            try await server.engine.makeBucket("bucket")
            #expect(try server.send("PUT", "/bucket/a", body: "text", as: "owner").status == 200)
            try server.users.set("eraser", policies: [allow("s3:DeleteObjectVersion", on: "bucket/*")])
            let body = deletion(object("a", "<VersionId>null</VersionId>"), object("b"))
            let answer = try delete(server, body, as: "eraser")
            #expect(answer.status == 200)
            #expect(answer.text.contains("<Deleted><Key>a</Key><VersionId>null</VersionId></Deleted>"))
            #expect(answer.text.contains("<Error><Key>b</Key><Code>AccessDenied</Code>"))
            #expect(try server.send("HEAD", "/bucket/a", as: "owner").status == 404)
        }
    }

    @Test func whoMayDeleteNothingIsToldSoOfEachKey() async throws {
        try await withServer { server in
            try await server.engine.makeBucket("bucket")
            try server.users.set("guest")
            let body = deletion(object("a"), object("b"))
            let answer = try delete(server, body, as: "guest")
            #expect(answer.status == 200)
            #expect(answer.text.split(separator: "<Code>AccessDenied</Code>").count == 3)
            #expect(try delete(server, body, as: nil).status == 403)
            // Nor whether there is a bucket.
            let missing = try server.send(
                "POST",
                "/missing?delete",
                [(name: "Content-MD5", value: contentMD5(body))],
                body: body,
                as: "guest"
            )
            #expect(missing.status == 200)
            #expect(missing.text.split(separator: "<Code>AccessDenied</Code>").count == 3)
        }
    }

    @Test func anybodyMayDeleteWhatThePolicyLetsAnybody() async throws {
        let policy = """
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:DeleteObjectVersion",\
            "Resource":"arn:aws:s3:::bucket/open/*"}]}
            """
        try await withServer { server in
            try await server.engine.makeBucket("bucket")
            #expect(try server.send("PUT", "/bucket?policy", body: policy, as: "owner").status == 204)
            let version = "<VersionId>null</VersionId>"
            let body = deletion(object("open/a", version), object("closed", version), object("open/b"))
            let answer = try delete(server, body, as: nil)
            #expect(answer.status == 200)
            #expect(answer.text.contains("<Deleted><Key>open/a</Key>"))
            #expect(answer.text.contains("<Error><Key>closed</Key>"))
            #expect(answer.text.contains("<Error><Key>open/b</Key>"))
        }
    }

    @Test func conditionsOfPoliciesAreAboutTheElement() async throws {
        let conditional = """
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:DeleteObject","Resource":"arn:aws:s3:::bucket/*",\
            "Condition":{"Null":{"s3:if-match":"false"}}},\
            {"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::bucket/*"}]}
            """
        try await withServer { server in
            try await server.engine.makeBucket("bucket")
            #expect(try server.send("PUT", "/bucket/a", body: "text", as: "owner").status == 200)
            #expect(try server.send("PUT", "/bucket/b", body: "text", as: "owner").status == 200)
            try server.users.set("careful", policies: [conditional])
            let etag = "<ETag>1cb251ec0d568de6a929b520c4aed8d1</ETag>"
            let answer = try delete(server, deletion(object("a", etag), object("b")), as: "careful")
            #expect(answer.text.contains("<Deleted><Key>a</Key></Deleted>"))
            #expect(answer.text.contains("<Error><Key>b</Key><Code>AccessDenied</Code>"))
        }
    }

    @Test func onlyReadersLearnWhatContentIsThere() async throws {
        try await withServer { server in
            try await server.engine.makeBucket("bucket")
            #expect(try server.send("PUT", "/bucket/a", body: "text", as: "owner").status == 200)
            try server.users.set("eraser", policies: [allow("s3:DeleteObject", on: "bucket/*")])
            let blind = try delete(server, deletion(object("a", "<ETag>x</ETag>")), as: "eraser")
            #expect(blind.text.contains("<Code>AccessDenied</Code>"))
            let header = [(name: "If-Match", value: "x")]
            #expect(try server.send("DELETE", "/bucket/a", header, as: "eraser").status == 403)
            let any = [(name: "If-Match", value: "*")]
            #expect(try server.send("DELETE", "/bucket/a", any, as: "eraser").status == 204)
        }
    }
}

private func allow(_ action: String, on resource: String) -> String {
    """
    {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"\(action)","Resource":"arn:aws:s3:::\(resource)"}]}
    """
}

private func contentMD5(_ body: String) -> String { Base64.standard.encode(MD5.hash(Array(body.utf8))) }

import Engine
import S3API
import Server
import TestSupport
import Testing

private let rules = """
    <CORSConfiguration><CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*suffix</AllowedOrigin>\
    <AllowedHeader>x-amz-*</AllowedHeader><ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>60</MaxAgeSeconds></CORSRule>\
    <CORSRule><AllowedMethod>PUT</AllowedMethod><AllowedMethod>POST</AllowedMethod><AllowedOrigin>*</AllowedOrigin>\
    </CORSRule></CORSConfiguration>
    """

private func origin(_ origin: String, _ more: (name: String, value: String)...) -> [(
    name: String, value: String
)] {
    [(name: "Origin", value: origin)] + more
}

private func asking(_ method: String, _ headers: String? = nil) -> [(name: String, value: String)] {
    [(name: "Access-Control-Request-Method", value: method)]
        + (headers.map { [(name: "Access-Control-Request-Headers", value: $0)] } ?? [])
}

@Suite(.timeLimit(.minutes(2))) struct CrossOriginTests {
    private func withRules(_ body: (TestServer) async throws -> Void) async throws {
        try await withServer { server in
            try await server.engine.makeBucket("bucket")
            #expect(try server.send("PUT", "/bucket?cors", body: rules, as: "owner").status == 200)
            try await body(server)
        }
    }

    @Test func rulesArePutReadAndTakenAway() async throws {
        try await withServer { server in
            try await server.engine.makeBucket("bucket")
            let none = try server.send("GET", "/bucket?cors", as: "owner")
            #expect(none.status == 404)
            #expect(none.text.contains("<Code>NoSuchCORSConfiguration</Code>"))
            #expect(try server.send("DELETE", "/bucket?cors", as: "owner").status == 204)
            #expect(try server.send("PUT", "/bucket?cors", body: rules, as: "owner").status == 200)
            let found = try server.send("GET", "/bucket?cors", as: "owner")
            #expect(
                try CORSConfiguration(parsing: found.body) == CORSConfiguration(parsing: Array(rules.utf8))
            )
            #expect(
                try server.send("PUT", "/bucket?cors", body: "<CORSConfiguration/>", as: "owner").status
                    == 400
            )
            #expect(try server.send("GET", "/bucket?cors", as: "owner").body == found.body)
            #expect(try server.send("DELETE", "/bucket?cors", as: "owner").status == 204)
            #expect(try server.send("GET", "/bucket?cors", as: "owner").status == 404)
            #expect(try server.send("PUT", "/missing?cors", body: rules, as: "owner").status == 404)
        }
    }

    @Test func answersTellTheBrowserWhatTheRulesSay() async throws {
        try await withRules { (server: TestServer) async throws in
            let allowed = try server.send("GET", "/bucket", origin("a.suffix"), as: "owner")
            #expect(allowed.status == 200)
            #expect(allowed.value(of: "Access-Control-Allow-Origin") == "a.suffix")
            #expect(allowed.value(of: "Access-Control-Allow-Methods") == "GET")
            #expect(allowed.value(of: "Access-Control-Expose-Headers") == "ETag")
            #expect(allowed.value(of: "Access-Control-Max-Age") == "60")
            #expect(allowed.value(of: "Access-Control-Allow-Credentials") == "true")
            #expect(allowed.value(of: "Vary")?.hasPrefix("Origin") == true)

            let other = try server.send("GET", "/bucket", origin("a.suffix.b"), as: "owner")
            #expect(other.status == 200)
            #expect(other.value(of: "Access-Control-Allow-Origin") == nil)
            // A cache that keeps it must not give it to another origin.
            #expect(other.value(of: "Vary")?.hasPrefix("Origin") == true)
            let plain = try server.send("GET", "/bucket", as: "owner")
            #expect(plain.value(of: "Access-Control-Allow-Origin") == nil)
            #expect(plain.value(of: "Vary")?.hasPrefix("Origin") == true)

            let everybody = try server.send("PUT", "/bucket/k", origin("b"), body: "x", as: "owner")
            #expect(everybody.status == 200)
            #expect(everybody.value(of: "Access-Control-Allow-Origin") == "*")
            #expect(everybody.value(of: "Access-Control-Allow-Credentials") == nil)
        }
    }

    @Test func errorsTellItToo() async throws {
        try await withRules { (server: TestServer) async throws in
            let missing = try server.send("GET", "/bucket/none", origin("a.suffix"), as: "owner")
            #expect(missing.status == 404)
            #expect(missing.value(of: "Access-Control-Allow-Origin") == "a.suffix")
            let denied = try server.send("GET", "/bucket/none", origin("a.suffix"), as: nil)
            #expect(denied.status == 403)
            #expect(denied.value(of: "Access-Control-Allow-Origin") == "a.suffix")
            let form = TestForm([("key", "k")], file: "x")
            let upload = try server.post(form, to: "/bucket", origin("b"), as: "owner")
            #expect(upload.status == 204)
            #expect(upload.value(of: "Access-Control-Allow-Origin") == "*")
        }
    }

    @Test(
        arguments: [
            ("/bucket", origin("a.suffix") + asking("GET"), 200, "a.suffix"),
            (
                "/bucket/key?X-Amz-Signature=x",
                origin("a.suffix") + asking("GET", "X-Amz-Date, x-amz-meta-a"), 200, "a.suffix"
            ),
            ("/bucket/key", origin("a.suffix") + asking("GET", "x-amz-date,content-type"), 403, nil),
            ("/bucket/key", origin("b") + asking("GET"), 403, nil),
            ("/bucket/key", origin("b") + asking("POST"), 200, "*"),
            ("/bucket/key", origin("b") + asking("PATCH"), 403, nil),
            ("/bucket", origin("a.suffix"), 400, nil),
            ("/bucket", asking("GET"), 400, nil),
            ("/bucket", [], 400, nil),
            ("/open", origin("a.suffix") + asking("GET"), 403, nil),
            ("/missing", origin("a.suffix") + asking("GET"), 403, nil),
            ("/", origin("a.suffix") + asking("GET"), 403, nil),
            (
                "/bucket", origin("a.suffix") + asking("GET", String(repeating: "x-amz-a,", count: 101)), 400,
                nil
            ),
        ] as [(String, [(name: String, value: String)], Int, String?)]
    )
    func anybodyMayAskBefore(
        target: String,
        fields: [(name: String, value: String)],
        status: Int,
        allowed: String?
    ) async throws {
        try await withRules { (server: TestServer) async throws in
            try await server.engine.makeBucket("open")
            let answer = try server.send("OPTIONS", target, fields, as: nil)
            #expect(answer.status == status)
            #expect(answer.value(of: "Access-Control-Allow-Origin") == allowed)
            guard let asked = fields.first(where: { $0.name == "Access-Control-Request-Headers" })?.value,
                status == 200
            else { return }
            #expect(
                answer.value(of: "Access-Control-Allow-Headers")?.split(separator: ", ").joined()
                    == asked.lowercased().filter { $0 != " " && $0 != "," }
            )
        }
    }

    @Test func aBucketThatIsNotThereLooksLikeOneWithoutRules() async throws {
        try await withServer { server in
            try await server.engine.makeBucket("bucket")
            let there = try server.send("OPTIONS", "/bucket", origin("a") + asking("GET"), as: nil)
            let missing = try server.send("OPTIONS", "/bucke2", origin("a") + asking("GET"), as: nil)
            #expect(there.status == 403 && missing.status == 403)
            #expect(there.text.contains("<Code>AccessForbidden</Code>"))
            func message(_ answer: LoopbackClient.Answer) -> Substring? {
                answer.text.split(separator: "<Message>").dropFirst().first?.prefix { $0 != "<" }
            }
            #expect(message(there) == message(missing))
        }
    }

    @Test func theServersOriginsHoldForBucketsWithoutRules() async throws {
        try await withServer {
            $0.allowedOrigins = ["https://app.example", "https://*.test"]
        } _: { (server: TestServer) async throws in
            try await server.engine.makeBucket("bucket")
            try await server.engine.makeBucket("ruled")
            #expect(try server.send("PUT", "/ruled?cors", body: rules, as: "owner").status == 200)
            let ask = asking("DELETE", "authorization,x-amz-date")
            let preflight = try server.send("OPTIONS", "/bucket/k", origin("https://a.test") + ask, as: nil)
            #expect(preflight.status == 200)
            #expect(preflight.value(of: "Access-Control-Allow-Origin") == "https://a.test")
            let listing = try server.send("GET", "/", origin("https://app.example"), as: "owner")
            #expect(listing.value(of: "Access-Control-Allow-Origin") == "https://app.example")
            #expect(listing.value(of: "Access-Control-Expose-Headers")?.contains("ETag") == true)
            let ruled = try server.send("GET", "/ruled", origin("https://a.test"), as: "owner")
            #expect(ruled.value(of: "Access-Control-Allow-Origin") == nil)
            #expect(
                try server.send("OPTIONS", "/bucket", origin("http://app.example") + ask, as: nil).status
                    == 403
            )
        }
    }
}

import Engine
import S3API
import TestSupport
import Testing
import XLMeta

private func metrics(_ id: String) -> String { "<MetricsConfiguration><Id>\(id)</Id></MetricsConfiguration>" }

private let inventory = """
    <InventoryConfiguration><Destination/><IsEnabled>true</IsEnabled><Id>a</Id><IncludedObjectVersions>All\
    </IncludedObjectVersions><Schedule><Frequency>Daily</Frequency></Schedule></InventoryConfiguration>
    """

/// Settings that are kept and told, and those that are not.
@Suite(.timeLimit(.minutes(2))) struct BucketSettingsTests {
    private func withBucket(_ body: (TestServer) async throws -> Void) async throws {
        try await withServer { server in
            try await server.engine.makeBucket("bucket")
            try await body(server)
        }
    }

    @Test(arguments: [
        (
            "accelerate", "<AccelerateConfiguration><Status>Suspended</Status></AccelerateConfiguration>",
            "<Status>Suspended</Status>"
        ),
        (
            "requestPayment",
            "<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>",
            "<Payer>Requester</Payer>"
        ),
    ])
    func whatWasPutIsTold(name: String, document: String, told: String) async throws {
        try await withBucket { (server: TestServer) async throws in
            let before = try server.send("GET", "/bucket?\(name)", as: "owner")
            #expect(before.status == 200 && !before.text.contains(told))
            #expect(try server.send("PUT", "/bucket?\(name)", body: "<x/>", as: "owner").status == 400)
            #expect(try server.send("PUT", "/bucket?\(name)", body: document, as: "owner").status == 200)
            #expect(try server.send("GET", "/bucket?\(name)", as: "owner").text.contains(told))
        }
    }

    @Test func aBucketWithDotsIsNotAccelerated() async throws {
        try await withServer { (server: TestServer) async throws in
            try await server.engine.makeBucket("a.bucket")
            let document = "<AccelerateConfiguration><Status>Enabled</Status></AccelerateConfiguration>"
            let answer = try server.send("PUT", "/a.bucket?accelerate", body: document, as: "owner")
            #expect(answer.status == 400 && answer.text.contains("<Code>InvalidRequest</Code>"))
        }
    }

    @Test(arguments: [
        ("encryption", "ServerSideEncryptionConfigurationNotFoundError", BucketMetadata.Setting.encryption),
        ("replication", "ReplicationConfigurationNotFoundError", .replication),
    ])
    func whatIsNotDoneIsNotKept(name: String, code: String, setting: BucketMetadata.Setting) async throws {
        try await withBucket { (server: TestServer) async throws in
            let none = try server.send("GET", "/bucket?\(name)", as: "owner")
            #expect(none.status == 404 && none.text.contains("<Code>\(code)</Code>"))
            let put = try server.send("PUT", "/bucket?\(name)", body: "<Any/>", as: "owner")
            #expect(put.status == 501 && put.text.contains("<Code>NotImplemented</Code>"))
            #expect(try server.send("GET", "/bucket?\(name)", as: "owner").status == 404)
            // As another server has left it.
            try await server.engine.set(.shared(setting), to: Array("<Theirs/>".utf8), ofBucket: "bucket")
            #expect(try server.send("GET", "/bucket?\(name)", as: "owner").text == "<Theirs/>")
            #expect(try server.send("DELETE", "/bucket?\(name)", as: "owner").status == 204)
            #expect(try server.send("GET", "/bucket?\(name)", as: "owner").status == 404)
            #expect(try server.send("DELETE", "/bucket?\(name)", as: "owner").status == 204)
            #expect(try server.send("PUT", "/missing?\(name)", body: "<Any/>", as: "owner").status == 404)
        }
    }

    @Test func onlyAnEmptyNotificationIsTaken() async throws {
        try await withBucket { (server: TestServer) async throws in
            func told() throws -> String { try server.send("GET", "/bucket?notification", as: "owner").text }
            let empty = try told()
            #expect(empty.contains("<NotificationConfiguration"))
            let one =
                "<NotificationConfiguration><QueueConfiguration><Id>1</Id></QueueConfiguration></NotificationConfiguration>"
            #expect(try server.send("PUT", "/bucket?notification", body: one, as: "owner").status == 501)
            try await server.engine.set(.shared(.notification), to: Array(one.utf8), ofBucket: "bucket")
            #expect(try told() == one)
            let none = "<NotificationConfiguration/>"
            #expect(try server.send("PUT", "/bucket?notification", body: none, as: "owner").status == 200)
            #expect(try told() == empty)
        }
    }

    @Test func severalHaveANameEach() async throws {
        try await withBucket { (server: TestServer) async throws in
            func send(_ method: String, _ query: String, _ body: String? = nil) throws
                -> LoopbackClient.Answer
            {
                try server.send(method, "/bucket?metrics\(query)", body: body, as: "owner")
            }
            #expect(try send("GET", "&id=a").text.contains("<Code>NoSuchConfiguration</Code>"))
            #expect(try send("DELETE", "&id=a").status == 404)
            for id in ["b", "a"] { #expect(try send("PUT", "&id=\(id)", metrics(id)).status == 200) }
            #expect(try send("PUT", "&id=a", metrics("b")).status == 400)
            #expect(try send("GET", "&id=a").text.contains("<Id>a</Id>"))
            let list = try send("GET", "").text
            #expect(
                list.contains(
                    "<MetricsConfiguration><Id>a</Id></MetricsConfiguration><MetricsConfiguration><Id>b</Id>"
                )
            )
            #expect(try send("DELETE", "&id=a").status == 204)
            #expect(try send("DELETE", "&id=b").status == 204)
            #expect(try send("GET", "").text.contains("<IsTruncated>false</IsTruncated></ListMetrics"))
            #expect(try server.engine.bucket("bucket")[.own(.metrics)] == nil)
        }
    }

    @Test func reportsThatNobodyWritesAreNotPromised() async throws {
        try await withBucket { (server: TestServer) async throws in
            let answer = try server.send("PUT", "/bucket?inventory&id=a", body: inventory, as: "owner")
            #expect(answer.status == 501)
            #expect(try server.send("GET", "/bucket?inventory&id=a", as: "owner").status == 404)
        }
    }

    @Test func nobodysNameIsLostWhereManyPutAtOnce() async throws {
        try await withBucket { (server: TestServer) async throws in
            await withTaskGroup(of: Int.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        let answer = try? server.send(  // No answer is as wrong as another one.
                            "PUT",
                            "/bucket?metrics&id=m\(number)",
                            body: metrics("m\(number)"),
                            as: "owner"
                        )
                        return answer?.status ?? 0
                    }
                }
                for await status in group { #expect(status == 200) }
            }
            let list = try server.send("GET", "/bucket?metrics", as: "owner").text
            for number in 0..<8 { #expect(list.contains("<Id>m\(number)</Id>")) }
        }
    }
}

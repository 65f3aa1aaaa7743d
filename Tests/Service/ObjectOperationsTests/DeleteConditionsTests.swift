import Base
import Bytes
import Cryptography
import Engine
import ObjectOperations
import S3API
import S3Service
import ServiceTestSupport
import StorageTestSupport
import Testing
import XLMeta

/// Deletions that ask for a size or a time. The object is `key`, of four bytes, made at ``now``.
@Suite struct DeleteConditionsTests {
    private static let size = "x-amz-if-match-size: "
    private static let time = "x-amz-if-match-last-modified-time: "

    /// - Parameter isVersioned: whether the bucket keeps what is deleted.
    private func with(isVersioned: Bool, _ body: @escaping @Sendable (Engine) async throws -> Void) throws {
        let store = try SimulatedStore.formatted(driveCount: 4).restarted()
        try store.simulate(seed: 1) {
            let running = try await store.open()
            _ = try await running.engine.recover()
            let versioning = VersioningConfiguration(.enabled).xml
            try await running.engine.makeBucket(
                "bucket",
                with: isVersioned ? [.shared(.versioning): versioning] : [:]
            )
            _ = try await running.engine.perform(
                PutObject.self,
                request("PUT", "/bucket/key", ["Content-Length: 4"]),
                body: Array("body".utf8)
            )
            try await body(running.engine)
            await running.close()
        }
    }

    private func refusal(of field: String, on engine: Engine) async throws -> S3Error.Code? {
        do {
            _ = try await engine.perform(DeleteObject.self, request("DELETE", "/bucket/key", [field]))
            return nil
        } catch let error as S3Error {
            return error.code
        }
    }

    @Test(arguments: [false, true])
    func onlyTheContentThatIsMeantIsDeleted(isVersioned: Bool) throws {
        try with(isVersioned: isVersioned) { engine in
            let made = try await engine.version(bucket: "bucket", key: "key").modified
            let another = Timestamp(seconds: made.seconds + 1)
            for field in [Self.size + "3", Self.size + "5", Self.time + another.httpDate] {
                #expect(try await refusal(of: field, on: engine) == .preconditionFailed)
            }
            #expect(try await engine.version(bucket: "bucket", key: "key").size == 4)
            #expect(try await refusal(of: Self.time + made.httpDate, on: engine) == nil)
            // What is gone needs no deletion; a delete marker is not the content that was meant.
            let expected: S3Error.Code? = isVersioned ? .preconditionFailed : nil
            #expect(try await refusal(of: Self.size + "4", on: engine) == expected)
        }
    }

    @Test(arguments: [
        "x-amz-if-match-size: four", "x-amz-if-match-size: -1", "x-amz-if-match-last-modified-time: now",
    ])
    func aConditionThatCannotBeReadDeletesNothing(field: String) throws {
        try with(isVersioned: false) { engine in
            let refusal = try await refusal(of: field, on: engine)
            #expect(refusal == .invalidArgument)
            #expect(try await engine.version(bucket: "bucket", key: "key").size == 4)
        }
    }

    @Test func everyElementHasConditionsOfItsOwn() throws {
        try with(isVersioned: false) { engine in
            let made = try await engine.version(bucket: "bucket", key: "key").modified
            func delete(_ conditions: String) async throws -> String {
                let body = Array("<Delete><Object><Key>key</Key>\(conditions)</Object></Delete>".utf8)
                let answer = try await engine.perform(
                    DeleteObjects.self,
                    request(
                        "POST",
                        "/bucket?delete",
                        [
                            "Content-Length: \(body.count)",
                            "Content-MD5: \(Base64.standard.encode(MD5.hash(body)))",
                        ]
                    ),
                    body: body
                )
                guard case .bytes(let bytes) = answer.body else { return "" }
                return String(decoding: bytes, as: UTF8.self)
            }
            let time = "<LastModifiedTime>\(made.iso8601Milliseconds)</LastModifiedTime>"
            let another = "<LastModifiedTime>2001-01-01T00:00:00Z</LastModifiedTime>"
            for conditions in ["<Size>5</Size>", "<Size>4</Size>" + another, "<Size>5</Size>" + time] {
                let answer = try await delete(conditions)
                #expect(answer.contains("<Code>PreconditionFailed</Code>"))
            }
            let answer = try await delete("<Size>4</Size>" + time)
            #expect(answer.contains("<Deleted><Key>key</Key></Deleted>"))
        }
    }
}

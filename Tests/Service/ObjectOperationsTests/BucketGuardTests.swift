import Base
import Engine
import ObjectOperations
import S3API
import S3Service
import ServiceTestSupport
import StorageTestSupport
import TestSupport
import Testing
import Topology
import XLMeta

/// A body before whose first byte something else happens.
private final class LateSource: RequestSource {
    private let bytes: MemorySource
    private var event: (() async throws(EngineError) -> Void)?

    init(_ bytes: [UInt8], after event: @escaping () async throws(EngineError) -> Void) {
        (self.bytes, self.event) = (MemorySource(bytes), event)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) async throws(S3Error) -> Int {
        if let event {
            self.event = nil
            try await translating(event)
        }
        return try await bytes.read(into: buffer)
    }
}

/// What a write was allowed to do before its body came has to be allowed still when it is committed.
@Suite struct BucketGuardTests {
    private func with(_ body: @escaping @Sendable (Engine, SimulatedTime) async throws -> Void) throws {
        let store = try SimulatedStore.formatted(driveCount: 4).restarted()
        try store.simulate(seed: 1) {
            let running = try await store.open()
            _ = try await running.engine.recover()
            try await running.engine.makeBucket(
                "bucket",
                with: [.own(.ownershipControls): OwnershipControls(.objectWriter).xml]
            )
            try await body(running.engine, store.time)
            await running.close()
        }
    }

    private func put(
        _ fields: [String] = [],
        on engine: Engine,
        while event: @escaping () async throws(EngineError) -> Void
    ) async throws -> S3Error.Code? {
        do {
            _ = try await engine.perform(
                PutObject.self,
                request("PUT", "/bucket/key", ["Content-Length: 4"] + fields),
                from: LateSource(Array("body".utf8), after: event)
            )
            return nil
        } catch let error as S3Error {
            return error.code
        }
    }

    @Test func anotherBucketOfTheSameNameGetsNothing() throws {
        try with { engine, time in
            let refusal = try await put(on: engine) { () async throws(EngineError) in
                try await engine.removeBucket("bucket")
                await time.sleep(for: .seconds(1))
                try await engine.makeBucket("bucket")
            }
            #expect(refusal == .noSuchBucket)
            await #expect(throws: EngineError.objectNotFound) {
                try await engine.version(bucket: "bucket", key: "key")
            }
        }
    }

    @Test(arguments: [("public-read", S3Error.Code.accessDenied), ("private", nil)])
    func aListThatIsBlockedMeanwhileIsNotStored(acl: String, expected: S3Error.Code?) throws {
        try with { engine, _ in
            let block = PublicAccessBlockConfiguration.everything.xml
            let refusal = try await put(["x-amz-acl: \(acl)"], on: engine) { () async throws(EngineError) in
                try await engine.set(.own(.publicAccessBlock), to: block, ofBucket: "bucket")
            }
            #expect(refusal == expected)
        }
    }

    @Test func uploadsOfAFormerBucketAreNobodys() throws {
        try with { engine, time in
            let upload = try await engine.makeUpload(
                bucket: "bucket",
                key: "key",
                metadata: ObjectMetadata(user: []),
                storageClass: .standard
            )
            func listed() async throws -> Int {
                try await engine.uploads(
                    bucket: "bucket",
                    prefix: "",
                    delimiter: nil,
                    afterKey: nil,
                    afterID: nil,
                    limit: 10
                ).uploads.count
            }
            #expect(try await listed() == 1)
            try await engine.removeBucket("bucket")
            await time.sleep(for: .seconds(1))
            try await engine.makeBucket("bucket")
            #expect(try await listed() == 0)
            await #expect(throws: EngineError.uploadNotFound) {
                try await engine.upload(bucket: "bucket", key: "key", id: upload.id)
            }
        }
    }
}

import Base
import Engine
import IAM
import ObjectOperations
import Policy
import S3API
import S3Service
import ServiceTestSupport
import StorageTestSupport
import Testing
import XLMeta

private func put(_ tags: String, on engine: Engine) async throws {
    _ = try await engine.perform(
        PutObject.self,
        request("PUT", "/bucket/key", ["Content-Length: 0", "x-amz-tagging: \(tags)"])
    )
}

/// Lets in who changes a red object. After its first answer the object is another one, which is blue.
private final class LateChange: Authorizer {
    private let engine: Engine
    private let isMade = Locked(false)

    init(_ engine: Engine) { self.engine = engine }

    func decide(
        _ rights: Rights,
        for identity: Identity,
        in context: some RequestContext,
        object: ObjectAccess?
    ) async -> Decision {
        let isRed = context.values(of: "s3:existingobjecttag/team") == ["red"]
        let isFirst = isMade.withLock { made in
            defer { made = true }
            return !made
        }
        if isFirst {
            do { try await put("team=blue", on: engine) } catch { Issue.record(error) }
        }
        return isRed ? .allowed([.byDefault]) : .denied(rights.first, .notGranted)
    }
}

@Suite struct TagDecisionTests {
    /// The tags that decided have to be those of the very object that is changed.
    @Test func whatWasReplacedAfterTheDecisionIsNotChanged() throws {
        let store = try SimulatedStore.formatted(driveCount: 4).restarted()
        try store.simulate(seed: 1) {
            let running = try await store.open()
            _ = try await running.engine.recover()
            let engine = running.engine
            let policy =
                #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::bucket/*","Condition":{"StringEquals":{"s3:ExistingObjectTag/team":"red"}}}]}"#
            try await engine.makeBucket("bucket", with: [.shared(.policy): Array(policy.utf8)])
            try await put("team=red", on: engine)
            let sent = try request("DELETE", "/bucket/key?tagging")
            let time = Timestamp(seconds: 1_750_000_000)
            let policies = BucketPolicies(engine) { bucket, error in
                Issue.record("\(bucket): \(String(describing: error))")
            }
            let context = OperationContext(
                engine: engine,
                access: AccessCheck(
                    .anonymous,
                    authorizer: LateChange(engine),
                    conditions: RequestConditions(
                        sent,
                        sourceAddress: "127.0.0.1",
                        isTLS: false,
                        now: time,
                        region: "us-east-1"
                    ),
                    tags: ExistingTags(engine, policies)
                ),
                region: "us-east-1",
                now: time,
                accounts: ServerAccountOnly(),
                source: MemorySource([]),
                signature: nil
            )
            await #expect(throws: S3Error(.accessDenied)) {
                _ = try await DeleteObjectTagging(parsing: sent).perform(in: context)
            }
            let left = try await engine.version(bucket: "bucket", key: "key")
            #expect(left.metadata(UserMetadataKey.tagging) == "team=blue")
            await running.close()
        }
    }
}

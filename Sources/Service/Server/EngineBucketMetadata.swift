internal import AdminService
internal import BucketOperations
internal import Engine
internal import Policy
internal import S3API
internal import S3Service
internal import XLMeta

/// Buckets' settings for archives. A kind that the server learns to obey gets a row here.
struct EngineBucketMetadata: BucketMetadataStore {
    private let engine: Engine
    let rows: [BucketMetadataRow]

    init(_ engine: Engine) {
        self.engine = engine
        rows = [Self.policy(engine), Self.versioning(engine), Self.objectLock(engine), Self.tagging(engine)]
    }

    func bucketNames() -> [String] { engine.allBuckets().map(\.name).sorted() }

    func makeBucket(_ name: String) async throws(S3Error) {
        guard BucketName.isCreatable(name) else { throw S3Error(.invalidBucketName, bucket: name) }
        try await translating { () async throws(EngineError) in try await engine.makeBucket(name) }
    }

    private static func policy(_ engine: Engine) -> BucketMetadataRow {
        row("policy.json", sizeMax: PolicyKind.bucket("").sizeMax, .policy, engine) {
            (text, bucket) throws(S3Error) in
            try await PutBucketPolicy.set(text, ofBucket: bucket, on: engine)
        }
    }

    private static func versioning(_ engine: Engine) -> BucketMetadataRow {
        row("versioning.xml", sizeMax: VersioningConfiguration.sizeMax, .shared(.versioning), engine) {
            (text, bucket) throws(S3Error) in
            try await PutBucketVersioning.set(text, ofBucket: bucket, on: engine)
        }
    }

    private static func objectLock(_ engine: Engine) -> BucketMetadataRow {
        row("object-lock.xml", sizeMax: ObjectLockConfiguration.sizeMax, .shared(.objectLock), engine) {
            (text, bucket) throws(S3Error) in
            try await PutObjectLockConfiguration.set(text, ofBucket: bucket, on: engine)
        }
    }

    private static func tagging(_ engine: Engine) -> BucketMetadataRow {
        row("tagging.xml", sizeMax: Tagging.sizeMax, .shared(.tagging), engine) {
            (text, bucket) throws(S3Error) in
            try await PutBucketTagging.set(text, ofBucket: bucket, on: engine)
        }
    }

    private static func row(
        _ fileName: String,
        sizeMax: Int,
        _ document: BucketDocument,
        _ engine: Engine,
        write: @escaping @Sendable ([UInt8], String) async throws(S3Error) -> Void
    ) -> BucketMetadataRow {
        BucketMetadataRow(fileName: fileName, sizeMax: sizeMax) { (bucket) throws(S3Error) in
            let found = try await translating { () async throws(EngineError) in try engine.bucket(bucket) }
            try found.settings.checkKnown()
            return found[document]?.bytes
        } write: { (text, bucket) throws(S3Error) in
            try await write(text, bucket)
        }
    }
}

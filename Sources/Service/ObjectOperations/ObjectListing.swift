internal import Base
internal import Engine
internal import IAM
internal import S3API
internal import S3Service
internal import XLMeta

/// What both versions of ListObjects have in common.
struct ObjectListing: Sendable {
    /// One page as the engine has it.
    struct Page {
        var entries: [ListPage.Entry] = []
        var isTruncated = false
        /// What the next page starts after.
        var last: String?
        var lastVersion: UUID?
    }

    let bucket: String
    let prefix: String
    /// `nil` where none was asked for.
    let delimiter: String?
    /// 0...1000.
    let keysMax: Int
    let encoding: ListingEncoding

    init(parsing request: S3Request) throws(S3Error) {
        bucket = request.requiredBucket
        prefix = request.query["prefix"] ?? ""
        let delimiter = request.query["delimiter"] ?? ""
        self.delimiter = delimiter.isEmpty ? nil : delimiter
        keysMax = try request.query.count(of: "max-keys")
        encoding = try request.query.encodesKeys() ? .url : .plain
    }

    var rights: Rights { Rights(Right(.listBucket, on: .bucket(bucket))) }

    /// A page of no keys is never truncated, or its reader would ask for ever.
    func page(
        after: String?,
        _ scope: ListRequest.Scope = .newest,
        in context: OperationContext<some RequestSource>
    ) async throws(S3Error) -> Page {
        var request = ListRequest()
        request.scope = scope
        request.prefix = prefix
        request.delimiter = delimiter
        request.after = after
        request.limit = keysMax
        let wanted = request
        guard keysMax > 0 else {
            _ = try context.bucket(bucket)
            return Page()
        }
        let page = try await translating { () async throws(EngineError) in
            try await context.engine.list(bucket: bucket, wanted)
        }
        return Page(
            entries: page.entries,
            isTruncated: page.isTruncated,
            last: page.last,
            lastVersion: page.lastVersion
        )
    }

    /// - Parameter owner: `nil` leaves owners out.
    func answer(
        _ page: Page,
        _ paging: ListBucketResult.Paging,
        owner: ((ObjectVersion) -> Owner)?
    ) -> S3Response {
        var contents: [ListedObject] = []
        var commonPrefixes: [String] = []
        for entry in page.entries {
            switch entry {
            case .object(let version, _): contents.append(Self.listed(version, owner: owner?(version)))
            case .commonPrefix(let prefix): commonPrefixes.append(prefix)
            }
        }
        let result = ListBucketResult(
            bucket: bucket,
            prefix: prefix,
            delimiter: delimiter,
            maxKeys: keysMax,
            isTruncated: page.isTruncated,
            paging: paging,
            encoding: encoding,
            contents: contents,
            commonPrefixes: commonPrefixes
        )
        return S3Response(xml: result.xml)
    }

    static func listed(_ version: ObjectVersion, owner: Owner?) -> ListedObject {
        let checksums = version.checksums
        return ListedObject(
            key: version.key,
            lastModified: version.modified,
            etag: ETag(version.etag),
            size: Int(version.size),
            owner: owner,
            storageClass: version.storageClassText,
            checksumAlgorithms: checksums.map { ChecksumAlgorithm($0.algorithm) },
            checksumKind: checksums.first?.kind
        )
    }
}

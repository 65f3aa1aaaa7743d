internal import Base
internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import Topology
internal import XLMeta

/// Reads the source and stores it anew, so every byte of the copy was verified on its way, also where an object
/// is copied onto itself for its metadata's sake.
package struct CopyObject: S3Operation {
    package static let route = Route(.put, .object, needs: .header(S3Header.copySource))

    let object: ObjectAddress
    let origin: CopyOrigin
    /// `nil` keeps the source's.
    let newHeaders: ObjectHeaders?
    /// `nil` means STANDARD, as in every write.
    let storageClass: StorageClass
    let hasStorageClass: Bool
    let websiteRedirect: String?
    let algorithm: ChecksumAlgorithm?
    let conditions: WriteConditions
    /// The source's list stays with the source.
    let requestedACL: RequestedACL
    let tags: CopiedTags
    let lock: ObjectLockHeaders

    package init(parsing request: S3Request) throws(S3Error) {
        object = request.object
        origin = try CopyOrigin(of: request)
        try UnbuiltFeatures.refuse(inWrite: request)
        requestedACL = try RequestedACL(of: request)
        hasStorageClass = request.header(S3Header.storageClass)?.isEmpty == false
        storageClass = try StorageClass(header: request.header(S3Header.storageClass))
        newHeaders = try Self.replacesMetadata(request) ? try ObjectHeaders(of: request) : nil
        websiteRedirect = try request.websiteRedirectLocation
        algorithm = try Self.algorithm(request)
        conditions = WriteConditions(of: request)
        tags = try CopiedTags(of: request)
        lock = try ObjectLockHeaders(of: request)
    }

    package var rights: Rights {
        let resource = S3Resource.object(bucket: object.bucket, key: object.key)
        let tagging = tags.areNew ? [Right(.putObjectTagging, on: resource)] : []
        return Rights(
            Right(.putObject, on: resource),
            others: [origin.right] + tagging + lock.rights(on: resource) + requestedACL.rights(on: object)
        )
    }

    /// For tags that are copied, which only a look at the source tells.
    private var tagRights: Rights {
        Rights(
            Right(.putObjectTagging, on: .object(bucket: object.bucket, key: object.key)),
            Right(
                origin.versionID.isNamed ? .getObjectVersionTagging : .getObjectTagging,
                on: .object(bucket: origin.object.bucket, key: origin.object.key)
            )
        )
    }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let engine = context.engine
        let bucket = try context.bucket(object.bucket)
        try bucket.settings.checkWritable()
        let acl = try context.newObjectACL(requestedACL, in: bucket)
        try lock.check(in: bucket.settings, now: engine.now)
        let sourceBucket = try origin.bucket(in: context)
        guard object != origin.object || origin.versionID.isNamed || changesSomething else {
            throw S3Error(
                .invalidRequest,
                "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes."
            )
        }
        let reader = try await origin.open(on: engine)
        defer { reader.close() }
        let sourceText = sourceBucket.settings.versionText(reader.version)
        try await context.access.confirm(origin.right, on: reader.version)
        try origin.check(reader.version, now: context.now)
        try CopyOrigin.check(size: reader.version.size)
        if tags.areTaken(from: reader.version), !(await context.isAllowed(tagRights)) {
            throw S3Error(.accessDenied)
        }
        let (version, checksums) = try await copy(reader, acl, in: bucket, on: engine)
        var response = answer(
            version,
            checksums,
            // Unlike a put, S3 tells of a copy that it became the null version.
            versionText: bucket.settings.versionText(version),
            sourceVersionText: sourceText,
            expiration: context.expirationHeaders(version, in: bucket)
        )
        response.actions = [
            origin.action("REST.COPY.OBJECT_GET", size: reader.version.size, versionText: sourceText)
        ]
        return response
    }

    private func copy(
        _ reader: ObjectReader,
        _ acl: NewObjectACL,
        in bucket: Bucket,
        on engine: Engine
    ) async throws(S3Error) -> (ObjectVersion, [StoredChecksum]) {
        let wanted = algorithm ?? reader.version.checksums.first.map { ChecksumAlgorithm($0.algorithm) }
        var body = ReaderSource(reader, computing: wanted)
        let staged: StagedBody
        do throws(StageError<EngineError>) {
            staged = try await engine.stage(
                &body,
                size: reader.version.size,
                bucket: object.bucket,
                key: object.key,
                storageClass: storageClass
            )
        } catch {
            throw S3Error(from: error)
        }
        let digest = body.finish()
        guard digest.size == reader.version.size else {
            engine.discard(staged)
            throw S3Error(.internalError)
        }
        let checksums = digest.checksum.map { [StoredChecksum($0)] } ?? []
        var metadata = ObjectMetadata(
            user: userMetadata(of: reader.version) + [(UserMetadataKey.etag, digest.etag.value)],
            system: checksums.map(\.metadata)
        )
        acl.apply(to: &metadata)
        let complete = metadata
        let guards =
            conditions.guards + [
                BucketGuard(engine, bucket, list: acl.list),
                DefaultRetentionGuard(engine, bucket: object.bucket),
            ]
        let version = try await translating { () async throws(EngineError) in
            try await engine.commit(staged, as: .byBucket, metadata: complete, guards: guards)
        }
        return (version, checksums)
    }

    private func answer(
        _ version: ObjectVersion,
        _ checksums: [StoredChecksum],
        versionText: String?,
        sourceVersionText: String?,
        expiration: [(name: String, value: String)]
    ) -> S3Response {
        let result = CopyResult(
            .copyObject,
            lastModified: version.modified,
            etag: ETag(version.etag),
            checksums: checksums.map(\.checksum),
            checksumKind: checksums.first?.kind
        )
        var headers: [(name: String, value: String)] = []
        if let versionText { headers.append((S3Header.versionID, versionText)) }
        if let sourceVersionText { headers.append((S3Header.copySourceVersionID, sourceVersionText)) }
        return S3Response(xml: result.xml, headers: headers + expiration, writtenSize: version.size)
    }
}

extension CopyObject {
    private var changesSomething: Bool {
        newHeaders != nil || hasStorageClass || websiteRedirect?.isEmpty == false
    }

    /// The new headers, or the source's without what speaks of its storage.
    func userMetadata(of source: ObjectVersion) -> [(name: String, value: String)] {
        let added = tags.stored(from: source) + lock.stored
        if let newHeaders { return newHeaders.stored + added }
        var kept = source.metadata.filter { name, _ in
            !CopyObject.notCopied.contains { $0.lowercased() == name.lowercased() }
        }
        if let websiteRedirect, !websiteRedirect.isEmpty {
            kept.append((UserMetadataKey.websiteRedirectLocation, websiteRedirect))
        }
        if storageClass == .reducedRedundancy {
            kept.append((UserMetadataKey.storageClass, storageClass.rawValue))
        }
        return kept + added
    }

    /// Redirects, storage classes and states belong to the one object they were given to.
    private static let notCopied = [
        UserMetadataKey.etag, UserMetadataKey.storageClass, UserMetadataKey.websiteRedirectLocation,
        UserMetadataKey.replicationStatus, UserMetadataKey.restore, UserMetadataKey.restoreExpiryDays,
        UserMetadataKey.restoreRequestDate, UserMetadataKey.objectLockMode,
        UserMetadataKey.objectLockRetainUntil, UserMetadataKey.objectLockLegalHold,
        UserMetadataKey.tagging,
    ]

    private static func replacesMetadata(_ request: S3Request) throws(S3Error) -> Bool {
        switch request.header(S3Header.metadataDirective)?.uppercased() {
        case nil, "", "COPY": return false
        case "REPLACE": return true
        case .some(let other):
            throw S3Error(
                .invalidArgument,
                "Unknown metadata directive.",
                fields: [
                    S3Error.Field("ArgumentName", S3Header.metadataDirective),
                    S3Error.Field("ArgumentValue", other),
                ]
            )
        }
    }

    private static func algorithm(_ request: S3Request) throws(S3Error) -> ChecksumAlgorithm? {
        guard let name = request.header(S3Header.checksumAlgorithm), !name.isEmpty else { return nil }
        guard let algorithm = ChecksumAlgorithm(name: name) else {
            throw .unsupportedChecksumAlgorithm
        }
        return algorithm
    }
}

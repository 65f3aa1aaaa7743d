package import Base
package import Engine
package import IAM
package import S3API

/// What a copy reads: the version that x-amz-copy-source names, and the conditions on it.
package struct CopyOrigin: Sendable, Hashable {
    package let object: ObjectAddress
    package let versionID: VersionID
    package let conditions: ConditionalHeaders

    /// - Throws: ``S3Error/Code-swift.enum/invalidArgument`` for what names no object;
    ///   ``S3Error/Code-swift.enum/invalidBucketName``.
    package init(of request: S3Request) throws(S3Error) {
        let source = try CopySource(request.copySource ?? "")
        guard BucketName.isLookupable(source.bucket) else {
            throw S3Error(.invalidBucketName, bucket: source.bucket)
        }
        object = ObjectAddress(bucket: source.bucket, key: source.key)
        versionID = try VersionID(source.versionID)
        conditions = ConditionalHeaders(copySource: { request.header($0) })
    }

    package var right: Right {
        Right(
            versionID.isNamed ? .getObjectVersion : .getObject,
            on: .object(bucket: object.bucket, key: object.key)
        )
    }

    /// - Throws: with the source's names what is missing, as the request is about another object.
    package func bucket(in context: OperationContext<some RequestSource>) throws(S3Error) -> Bucket {
        do {
            return try context.bucket(object.bucket)
        } catch {
            throw named(error)
        }
    }

    /// To be closed by the caller.
    ///
    /// - Throws: with the source's names what is missing.
    package func open(on engine: Engine) async throws(S3Error) -> ObjectReader {
        do throws(EngineError) {
            return try await engine.open(bucket: object.bucket, key: object.key, id: versionID.id)
        } catch {
            throw named(S3Error(from: error))
        }
    }

    /// - Throws: NoSuchKey, and InvalidRequest for a version that is named, where it is a delete marker;
    ///   ``S3Error/Code-swift.enum/preconditionFailed``.
    package func check(_ version: ObjectVersion, now: Timestamp) throws(S3Error) {
        guard !version.isDeleteMarker else {
            guard versionID.isNamed else { throw named(S3Error(.noSuchKey)) }
            throw S3Error(
                .invalidRequest,
                "The source of a copy request may not specifically refer to a delete marker by version id."
            )
        }
        let outcome = conditions.evaluate(
            etag: ETag(version.etag),
            lastModified: version.modified,
            for: .copySource,
            now: now
        )
        switch outcome {
        case .proceed: return
        case .preconditionFailed(let condition):
            throw .preconditionFailed(condition, isOfCopySource: true)
        case .notModified: preconditionFailure("only reads are told so")
        }
    }

    /// - Throws: ``S3Error/Code-swift.enum/invalidRequest`` for more bytes than one request may copy.
    package static func check(size: Int64) throws(S3Error) {
        guard size <= ObjectSizes.singlePutMax else {
            throw S3Error(
                .invalidRequest,
                "The specified copy source is larger than the maximum allowable size for a copy source: \(ObjectSizes.singlePutMax)"
            )
        }
    }

    /// For the log of the source's bucket.
    package func action(_ operation: String, size: Int64, versionText: String?) -> LoggedAction {
        LoggedAction(operation, of: object, versionID: versionText, status: 200, objectSize: size)
    }

    private func named(_ error: S3Error) -> S3Error {
        var error = error
        error.bucket = object.bucket
        guard error.code == .noSuchKey || error.code == .noSuchVersion else { return error }
        error.key = object.key
        if error.code == .noSuchVersion, let text = versionID.text {
            error.fields.append(S3Error.Field("VersionId", text))
        }
        return error
    }
}

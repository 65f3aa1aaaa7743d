internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import Topology

package struct CreateMultipartUpload: S3Operation {
    package static let route = Route(.post, .object, needs: .parameter("uploads"))

    let object: ObjectAddress
    let headers: ObjectHeaders
    let storageClass: StorageClass
    let checksum: UploadChecksum?
    let requestedACL: RequestedACL
    let tagging: Tagging?
    let lock: ObjectLockHeaders

    package init(parsing request: S3Request) throws(S3Error) {
        object = request.object
        try UnbuiltFeatures.refuse(inWrite: request)
        storageClass = try StorageClass(header: request.header(S3Header.storageClass))
        requestedACL = try RequestedACL(of: request)
        headers = try ObjectHeaders(of: request)
        checksum = try UploadChecksum(parsing: request)
        tagging = try request.tagging
        lock = try ObjectLockHeaders(of: request)
    }

    package var rights: Rights {
        let resource = S3Resource.object(bucket: object.bucket, key: object.key)
        let tags = tagging == nil ? [] : [Right(.putObjectTagging, on: resource)]
        return Rights(
            Right(.putObject, on: resource),
            others: tags + lock.rights(on: resource) + requestedACL.rights(on: object)
        )
    }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let engine = context.engine
        let bucket = try context.bucket(object.bucket)
        try bucket.settings.checkWritable()
        try lock.check(in: bucket.settings, now: engine.now)
        let stored = headers.stored + (tagging?.stored ?? []) + lock.stored
        var metadata = ObjectMetadata(user: stored + (checksum?.metadata ?? []))
        try context.newObjectACL(requestedACL, in: bucket).apply(to: &metadata)
        let complete = metadata
        let upload = try await translating { () async throws(EngineError) in
            try await engine.makeUpload(
                bucket: object.bucket,
                key: object.key,
                metadata: complete,
                storageClass: storageClass
            )
        }
        let result = InitiateMultipartUploadResult(
            bucket: object.bucket,
            key: object.key,
            uploadID: upload.id
        )
        var answer: [(name: String, value: String)] = []
        if let checksum {
            answer.append((S3Header.checksumAlgorithm, checksum.algorithm.rawValue))
            answer.append((S3Header.checksumType, checksum.kind.rawValue))
        }
        return S3Response(xml: result.xml, headers: answer + context.abortHeaders(upload, in: bucket))
    }
}

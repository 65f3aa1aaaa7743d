internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service

package struct AbortMultipartUpload: S3Operation {
    package static let route = Route(.delete, .object, needs: .parameter("uploadId"))

    let object: ObjectAddress
    let uploadID: String

    package init(parsing request: S3Request) throws(S3Error) {
        object = request.object
        uploadID = try request.requiredUploadID
    }

    package var rights: Rights {
        Rights(Right(.abortMultipartUpload, on: .object(bucket: object.bucket, key: object.key)))
    }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        try await translating { () async throws(EngineError) in
            try await context.engine.abort(bucket: object.bucket, key: object.key, uploadID: uploadID)
        }
        return S3Response(status: 204)
    }
}

internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

package struct GetObjectTagging: S3Operation {
    package static let route = Route(.get, .object, needs: .parameter("tagging"))

    let object: ObjectAddress
    let versionID: VersionID

    package init(parsing request: S3Request) throws(S3Error) {
        object = request.object
        versionID = try VersionID(request.query["versionId"])
    }

    private var right: Right {
        Right(
            versionID.isNamed ? .getObjectVersionTagging : .getObjectTagging,
            on: .object(bucket: object.bucket, key: object.key)
        )
    }

    package var rights: Rights { Rights(right) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let bucket = try context.bucket(object.bucket)
        let version = try await translating { () async throws(EngineError) in
            try await context.engine.version(bucket: object.bucket, key: object.key, id: versionID.id)
        }
        try await context.access.confirm(right, on: version)
        let versionText = bucket.settings.versionText(version)
        guard !version.isDeleteMarker else {
            throw version.markerError(isNamed: versionID.isNamed, versionText: versionText)
        }
        guard let tagging = Tagging(encoded: version.metadata(UserMetadataKey.tagging) ?? "") else {
            throw S3Error(.internalError, "The stored tags are malformed.")
        }
        return S3Response(
            xml: tagging.sorted.xml,
            headers: versionText.map { [(S3Header.versionID, $0)] } ?? []
        )
    }
}

internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service

package struct GetObjectAcl: S3Operation {
    package static let route = Route(.get, .object, needs: .parameter("acl"))

    let object: ObjectAddress
    let versionID: VersionID

    package init(parsing request: S3Request) throws(S3Error) {
        object = request.object
        versionID = try VersionID(request.query["versionId"])
    }

    private var right: Right {
        Right(
            versionID.isNamed ? .getObjectVersionAcl : .getObjectAcl,
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
        let rules = try bucket.rules
        var list = AccessControlPolicy(private: context.owner(rules.ownerID))
        if rules.ownership.hasLists, let stored = try version.storedACL { list = stored }
        return S3Response(
            xml: context.named(list).xml,
            headers: versionText.map { [(S3Header.versionID, $0)] } ?? []
        )
    }
}

internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

package struct PutObjectAcl: S3Operation {
    package static let route = Route(.put, .object, needs: .parameter("acl"))
    /// How often the version may turn out to be another one than the one that was asked about.
    private static let attemptsMax = 16

    let object: ObjectAddress
    let versionID: VersionID
    let requested: RequestedACL
    let body: BodyDeclaration

    package init(parsing request: S3Request) throws(S3Error) {
        object = request.object
        versionID = try VersionID(request.query["versionId"])
        requested = try RequestedACL(of: request)
        body = try BodyDeclaration(of: request, sizeWithoutLength: 0)
    }

    private var right: Right {
        Right(
            versionID.isNamed ? .putObjectVersionAcl : .putObjectAcl,
            on: .object(bucket: object.bucket, key: object.key)
        )
    }

    package var rights: Rights { Rights(right) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let document = try await context.document(body, sizeMax: AccessControlPolicy.sizeMax)
        let change = try ACLChange(requested, document: document)
        for _ in 0..<Self.attemptsMax {
            if let response = try await attempt(change, in: context) { return response }
        }
        throw S3Error(.operationAborted)
    }

    /// The right is asked for again of the very version that is changed: it is the version's owner and list that grant it.
    ///
    /// - Returns: `nil` where the version was changed or replaced between the question and the change.
    private func attempt(
        _ change: ACLChange,
        in context: OperationContext<some RequestSource>
    ) async throws(S3Error) -> S3Response? {
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
        let list = try change.list(
            owner: try version.owner(in: rules, context),
            bucketOwner: context.owner(rules.ownerID),
            in: context.accounts
        )
        try change.check(list, against: rules)
        let response = S3Response(headers: versionText.map { [(S3Header.versionID, $0)] } ?? [])
        guard rules.ownership.hasLists else { return response }
        do throws(EngineError) {
            _ = try await context.engine.amend(bucket: object.bucket, key: object.key, id: version.id) {
                (metadata, current) throws(CommitRefusal) in
                guard current.hasSameACL(as: version) else { throw .preconditionFailed }
                metadata.setACL(list, bucketOwnerID: rules.ownerID)
            }
            return response
        } catch {
            guard error == .refused(.preconditionFailed) || error == .versionNotFound else {
                throw S3Error(from: error)
            }
            return nil
        }
    }
}

extension ObjectVersion {
    /// Unlike in listings, one that cannot be read is not guessed at.
    fileprivate func owner(
        in rules: BucketRules,
        _ context: OperationContext<some RequestSource>
    ) throws(S3Error) -> Owner {
        guard rules.ownership.hasLists, let list = try storedACL else { return context.owner(rules.ownerID) }
        return context.owner(of: list)
    }

    /// The same version with the same owner and list.
    fileprivate func hasSameACL(as other: ObjectVersion) -> Bool {
        let name = InternalMetadataKey.accessControl
        return id == other.id && modified == other.modified && isDeleteMarker == other.isDeleteMarker
            && internalMetadata(name) == other.internalMetadata(name)
    }
}

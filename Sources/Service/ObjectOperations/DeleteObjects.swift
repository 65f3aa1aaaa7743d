internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service

package struct DeleteObjects: S3Operation {
    package static let route = Route(.post, .bucket, needs: .parameter("delete"))
    package static let conditionsAreInBody = true
    /// Deletions under way at once: they share the drives' syncs.
    private static let concurrencyMax = 16

    let bucket: String
    let body: BodyDeclaration
    let bypassesGovernance: Bool

    package init(parsing request: S3Request) throws(S3Error) {
        bucket = request.requiredBucket
        if request.header("x-amz-mfa") != nil {
            throw UnbuiltFeatures.notImplemented("Multi-factor authentication", header: "x-amz-mfa")
        }
        bypassesGovernance = request.bypassesGovernance
        body = try BodyDeclaration(of: request)
        try body.requireProtection()
    }

    /// Of a key that the body names without a version; ``rights(of:)`` has those that are asked for.
    package var rights: Rights { Rights(Right(.deleteObject, on: .objectsNamedLater(bucket: bucket))) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        try await refuseStrangers(in: context)
        let document = try await context.document(body, sizeMax: DeleteRequest.sizeMax)
        let request = try DeleteRequest(parsing: document)
        var entries: [DeleteResult.Entry?] = []
        var deletions: [(index: Int, deletion: ObjectDeletion, element: DeleteRequest.Object)] = []
        for (index, element) in request.objects.enumerated() {
            do throws(S3Error) {
                let deletion = try deletion(of: element)
                guard await isAllowed(deletion, element, in: context) else { throw S3Error(.accessDenied) }
                deletions.append((index, deletion, element))
                entries.append(nil)
            } catch {
                entries.append(Self.failure(element, error))
            }
        }
        // Whoever may delete nothing is not told either whether there is a bucket.
        if !deletions.isEmpty {
            let bucket = try context.bucket(bucket)
            for (index, entry) in await Self.perform(deletions, in: bucket, on: context.engine) {
                entries[index] = entry
            }
        }
        let answered = entries.compactMap { $0 }
        let told = answered.filter { !request.isQuiet || $0.isFailure }
        var response = S3Response(xml: DeleteResult(entries: told).xml)
        response.actions = answered.map { action(of: $0) }
        return response
    }

    /// The body of somebody unknown is read only where some key or version could be that sender's to delete.
    private func refuseStrangers(in context: OperationContext<some RequestSource>) async throws(S3Error) {
        guard context.identity.signed == nil else { return }
        let versions = Rights(Right(.deleteObjectVersion, on: .objectsNamedLater(bucket: bucket)))
        if await context.isAllowed(rights) { return }
        guard await context.isAllowed(versions) else { throw S3Error(.accessDenied) }
    }

    private func action(of entry: DeleteResult.Entry) -> LoggedAction {
        let operation = "BATCH.DELETE.OBJECT"
        switch entry {
        case .deleted(let key, let versionID, _, let markerID):
            return LoggedAction(
                operation,
                of: ObjectAddress(bucket: bucket, key: key),
                versionID: versionID ?? markerID,
                status: 204
            )
        case .failed(let key, let versionID, let code, _):
            return LoggedAction(
                operation,
                of: ObjectAddress(bucket: bucket, key: key),
                versionID: versionID,
                status: code.status,
                errorCode: code.rawValue
            )
        }
    }

    /// Of one of the body's elements. Whoever lacks them is told so of this one; the others go on.
    package func rights(of element: DeleteRequest.Object) throws(S3Error) -> Rights {
        try deletion(of: element).rights
    }

    /// The element's own condition is what policies are asked about, as DeleteObject's header would be.
    private func isAllowed(
        _ deletion: ObjectDeletion,
        _ element: DeleteRequest.Object,
        in context: OperationContext<some RequestSource>
    ) async -> Bool {
        await context.access.isAllowed(
            deletion.rights,
            versionID: deletion.versionID,
            values: ["s3:if-match": element.etag.map { [$0.quoted] } ?? []]
        )
    }

    private func deletion(of element: DeleteRequest.Object) throws(S3Error) -> ObjectDeletion {
        guard !element.key.isEmpty else { throw S3Error(.userKeyMustBeSpecified) }
        guard element.key.utf8.count <= S3Path.keySizeMax else { throw S3Error(.keyTooLong) }
        return ObjectDeletion(
            object: ObjectAddress(bucket: bucket, key: element.key),
            versionID: try versionID(of: element),
            conditions: DeleteConditions(of: element),
            bypassesGovernance: bypassesGovernance
        )
    }

    /// Of what can be no version, S3 says here that there is none; in a query it is an invalid argument.
    private func versionID(of element: DeleteRequest.Object) throws(S3Error) -> VersionID {
        do {
            return try VersionID(element.versionID)
        } catch {
            throw S3Error(.noSuchVersion)
        }
    }

    private static func perform(
        _ deletions: [(index: Int, deletion: ObjectDeletion, element: DeleteRequest.Object)],
        in bucket: Bucket,
        on engine: Engine
    ) async -> [(index: Int, entry: DeleteResult.Entry)] {
        await withTaskGroup(of: (index: Int, entry: DeleteResult.Entry).self) { group in
            var results: [(index: Int, entry: DeleteResult.Entry)] = []
            for (position, item) in deletions.enumerated() {
                if position >= concurrencyMax, let result = await group.next() { results.append(result) }
                group.addTask {
                    do throws(S3Error) {
                        let outcome = try await item.deletion.perform(in: bucket, on: engine)
                        return (item.index, success(item.element, outcome))
                    } catch {
                        return (item.index, failure(item.element, error))
                    }
                }
            }
            for await result in group { results.append(result) }
            return results
        }
    }

    private static func success(
        _ element: DeleteRequest.Object,
        _ outcome: ObjectDeletion.Outcome
    ) -> DeleteResult.Entry {
        .deleted(
            key: element.key,
            versionID: element.versionID,
            isDeleteMarker: outcome.markerID != nil,
            deleteMarkerVersionID: outcome.markerID
        )
    }

    private static func failure(_ element: DeleteRequest.Object, _ error: S3Error) -> DeleteResult.Entry {
        .failed(key: element.key, versionID: element.versionID, code: error.code, message: error.message)
    }
}

extension DeleteResult.Entry {
    fileprivate var isFailure: Bool {
        switch self {
        case .deleted: false
        case .failed: true
        }
    }
}

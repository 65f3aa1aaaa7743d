internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service

package struct DeleteObject: S3Operation {
    package static let route = Route(.delete, .object)

    let deletion: ObjectDeletion

    package init(parsing request: S3Request) throws(S3Error) {
        deletion = ObjectDeletion(
            object: request.object,
            versionID: try VersionID(request.query["versionId"]),
            conditions: try DeleteConditions(of: request),
            bypassesGovernance: request.bypassesGovernance
        )
        try Self.refuseUnbuilt(request)
    }

    package var rights: Rights { deletion.rights }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let bucket = try context.bucket(deletion.object.bucket)
        let outcome = try await deletion.perform(in: bucket, on: context.engine)
        var headers: [(name: String, value: String)] = []
        if outcome.markerID != nil { headers.append((S3Header.deleteMarker, "true")) }
        if let id = outcome.versionID ?? outcome.markerID { headers.append((S3Header.versionID, id)) }
        return S3Response(status: 204, headers: headers)
    }

    /// Each would make this another deletion than the one asked for.
    private static func refuseUnbuilt(_ request: S3Request) throws(S3Error) {
        let features = [
            (S3Header.minioForceDelete, "Deleting everything below a prefix"),
            ("x-amz-mfa", "Multi-factor authentication"),
        ]
        for (name, feature) in features {
            guard let value = request.header(name), value.lowercased() != "false" else { continue }
            throw UnbuiltFeatures.notImplemented(feature, header: name)
        }
    }
}

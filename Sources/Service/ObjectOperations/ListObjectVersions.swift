internal import Base
internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service

package struct ListObjectVersions: S3Operation {
    package static let route = Route(.get, .bucket, needs: .parameter("versions"))

    let listing: ObjectListing
    let keyMarker: String
    /// Of the key ``keyMarker``: the version that the page before has ended with.
    let versionMarker: UUID?

    package init(parsing request: S3Request) throws(S3Error) {
        listing = try ObjectListing(parsing: request)
        keyMarker = request.query["key-marker"] ?? ""
        let marker = request.query["version-id-marker"] ?? ""
        guard marker.isEmpty || !keyMarker.isEmpty else {
            throw S3Error(
                .invalidArgument,
                "A version-id marker cannot be specified without a key marker.",
                fields: [
                    S3Error.Field("ArgumentName", "version-id-marker"),
                    S3Error.Field("ArgumentValue", marker),
                ]
            )
        }
        versionMarker = marker.isEmpty ? nil : try VersionID(marker).id
    }

    package var rights: Rights { Rights(Right(.listBucketVersions, on: .bucket(listing.bucket))) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let page = try await listing.page(
            after: keyMarker.isEmpty ? nil : keyMarker,
            .versions(after: versionMarker),
            in: context
        )
        var result = ListVersionsResult(
            bucket: listing.bucket,
            prefix: listing.prefix,
            delimiter: listing.delimiter,
            maxKeys: listing.keysMax,
            encoding: listing.encoding,
            keyMarker: keyMarker,
            versionIDMarker: versionMarker.map { VersionID.text(of: $0) } ?? ""
        )
        result.isTruncated = page.isTruncated
        if page.isTruncated {
            result.nextKeyMarker = page.last
            result.nextVersionIDMarker = page.lastVersion.map { VersionID.text(of: $0) }
        }
        let rules = try context.bucket(listing.bucket).rules
        for entry in page.entries {
            switch entry {
            case .object(let version, let isLatest):
                result.versions.append(listed(version, isLatest, context.owner(of: version, in: rules)))
            case .commonPrefix(let prefix): result.commonPrefixes.append(prefix)
            }
        }
        return S3Response(xml: result.xml)
    }

    private func listed(_ version: ObjectVersion, _ isLatest: Bool, _ owner: Owner) -> ListedVersion {
        let content: ListedVersion.Content =
            if version.isDeleteMarker {
                .deleteMarker(key: version.key, lastModified: version.modified, owner: owner)
            } else {
                .object(ObjectListing.listed(version, owner: owner))
            }
        return ListedVersion(content, versionID: VersionID.text(of: version.id), isLatest: isLatest)
    }
}

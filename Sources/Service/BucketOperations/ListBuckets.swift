internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

package struct ListBuckets: S3Operation {
    package static let route = Route(.get, .service)
    package static let findsRegion = true
    package static let narrowsWithoutRights = true
    private static let countMax = 10_000

    let prefix: String
    let count: Int
    /// The last name of the page before.
    let after: String?

    package init(parsing request: S3Request) throws(S3Error) {
        prefix = request.query["prefix"] ?? ""
        count = try request.query.count(of: "max-buckets", countMax: Self.countMax)
        after = try ListingToken.name(request.query["continuation-token"])
    }

    package var rights: Rights { Rights(Right(.listAllMyBuckets, on: .everything)) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let owner = context.requester ?? .server
        let all = context.engine.allBuckets()
        let wanted = all.filter { bucket in
            bucket.name.hasPrefix(prefix) && after.map { bucket.name > $0 } ?? true
                && bucket.isOwned(by: owner)
        }
        var page = wanted[...]
        if !context.hasRights { page = try await visible(wanted, to: context)[...] }
        let isTruncated = page.count > count
        page = page.prefix(count)
        let result = ListAllMyBucketsResult(
            owner: owner,
            buckets: page.map { .init(name: $0.name, creationDate: $0.created) },
            prefix: prefix.isEmpty ? nil : prefix,
            continuationToken: isTruncated ? page.last.map { ListingToken.token($0.name) } : nil
        )
        return S3Response(xml: result.xml)
    }

    /// One more than the page holds, if there is: those that the sender may list, or ask the location of.
    private func visible(
        _ buckets: [Bucket],
        to context: OperationContext<some RequestSource>
    ) async throws(S3Error) -> [Bucket] {
        var visible: [Bucket] = []
        for bucket in buckets where visible.count <= count {
            if await isVisible(bucket.name, to: context.access) { visible.append(bucket) }
        }
        // Who may see nothing at all has no business here. An empty page of somebody who may is answered.
        guard !visible.isEmpty || !prefix.isEmpty || after != nil else { throw S3Error(.accessDenied) }
        return visible
    }

    /// As if the bucket's top folder was listed, which policies may ask for.
    private func isVisible(_ bucket: String, to access: AccessCheck) async -> Bool {
        let values = ["s3:prefix": [""], "s3:delimiter": ["/"]]
        if await access.isAllowed(Rights(Right(.listBucket, on: .bucket(bucket))), values: values) {
            return true
        }
        return await access.isAllowed(Rights(Right(.getBucketLocation, on: .bucket(bucket))))
    }
}

extension Bucket {
    /// As it says, which is enough to be shown; one whose settings cannot be read is the server's.
    fileprivate func isOwned(by owner: Owner) -> Bool {
        let id = self[.own(.owner)]?.bytes ?? Array(Owner.server.id.utf8)
        return id.elementsEqual(owner.id.utf8)
    }
}

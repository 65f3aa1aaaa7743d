internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service

package struct ListBuckets: S3Operation {
    package static let route = Route(.get, .service)
    package static let findsRegion = true
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
        let all = context.engine.allBuckets()
        let wanted = all.filter { bucket in
            bucket.name.hasPrefix(prefix) && after.map { bucket.name > $0 } ?? true
        }
        let page = wanted.prefix(count)
        let result = ListAllMyBucketsResult(
            owner: .server,
            buckets: page.map { .init(name: $0.name, creationDate: $0.created) },
            prefix: prefix.isEmpty ? nil : prefix,
            continuationToken: page.count < wanted.count ? page.last.map { ListingToken.token($0.name) } : nil
        )
        return S3Response(xml: result.xml)
    }
}

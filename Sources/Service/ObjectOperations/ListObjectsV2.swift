internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service

package struct ListObjectsV2: S3Operation {
    package static let route = Route(.get, .bucket, needs: .parameterValue("list-type", "2"))

    let listing: ObjectListing
    let token: String?
    let startAfter: String?
    let fetchesOwners: Bool
    private let after: String?

    package init(parsing request: S3Request) throws(S3Error) {
        listing = try ObjectListing(parsing: request)
        token = request.query["continuation-token"]
        if token?.isEmpty == true {
            throw S3Error(.invalidArgument, "The continuation token provided is incorrect.")
        }
        startAfter = request.query["start-after"]
        fetchesOwners = request.query["fetch-owner"]?.lowercased() == "true"
        after = try ListingToken.name(token) ?? (startAfter?.isEmpty == false ? startAfter : nil)
    }

    package var rights: Rights { listing.rights }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let page = try await listing.page(after: after, in: context)
        let nextToken = page.isTruncated ? page.last.map { ListingToken.token($0) } : nil
        let rules = fetchesOwners ? try context.bucket(listing.bucket).rules : nil
        return listing.answer(
            page,
            .tokens(continuationToken: token, startAfter: startAfter, nextContinuationToken: nextToken),
            owner: rules.map { rules in { context.owner(of: $0, in: rules) } }
        )
    }
}

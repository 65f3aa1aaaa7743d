internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service

/// Version 1, with markers.
package struct ListObjects: S3Operation {
    package static let route = Route(.get, .bucket)

    let listing: ObjectListing
    let marker: String

    package init(parsing request: S3Request) throws(S3Error) {
        listing = try ObjectListing(parsing: request)
        marker = request.query["marker"] ?? ""
    }

    package var rights: Rights { listing.rights }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let page = try await listing.page(after: marker.isEmpty ? nil : marker, in: context)
        let nextMarker = page.isTruncated && listing.delimiter != nil ? page.last : nil
        let rules = try context.bucket(listing.bucket).rules
        return listing.answer(page, .markers(marker: marker, nextMarker: nextMarker)) { version in
            context.owner(of: version, in: rules)
        }
    }
}

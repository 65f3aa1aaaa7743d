/// What a server demands of signatures.
package struct SignatureRules: Sendable {
    package enum Region: Sendable, Hashable {
        /// Whatever region the client signed for: a server without a region, and the calls by which
        /// clients find the region out (GetBucketLocation, ListBuckets).
        case any
        /// Nothing else; also the region that errors name.
        case exactly(String)
    }

    package var region: Region
    /// `s3`, or `sts`.
    package var service: String
    /// S3 wants x-amz-content-sha256 in every header-signed request; other services hash the body themselves.
    package var requiresPayloadHash: Bool
    package var pathForm: CanonicalRequest.PathForm

    /// How far the request's time may lie from the server's, either way.
    package static let skewMaxSeconds: Int64 = 15 * 60
    /// Seven days: the longest a presigned URL may live.
    package static let expiresMaxSeconds: Int64 = 604_800

    package init(
        region: Region,
        service: String = "s3",
        requiresPayloadHash: Bool = true,
        pathForm: CanonicalRequest.PathForm = .s3
    ) {
        self.region = region
        self.service = service
        self.requiresPayloadHash = requiresPayloadHash
        self.pathForm = pathForm
    }
}

internal import S3API

extension S3Request {
    /// Where the object of a write is to be found instead, on a web site; `nil` where it does not say.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/invalidRedirectLocation`` for what is neither a path nor a URL of the web, or
    ///   has more than 2 KiB.
    package var websiteRedirectLocation: String? {
        get throws(S3Error) {
            guard let text = try storableHeader(S3Header.websiteRedirectLocation) else { return nil }
            let beginnings = ["/", "http://", "https://"]
            guard beginnings.contains(where: { text.utf8.starts(with: $0.utf8) }) else {
                throw S3Error(.invalidRedirectLocation)
            }
            guard text.utf8.count <= 2048 else {
                throw S3Error(
                    .invalidRedirectLocation,
                    "The length of website redirect location cannot exceed 2,048 characters."
                )
            }
            return text
        }
    }
}

internal import XML

/// The answer to an upload by a form that asks for status 201.
package struct PostResponse: Sendable, Hashable {
    package var location: String
    package var bucket: String
    package var key: String
    package var etag: ETag

    package init(location: String, bucket: String, key: String, etag: ETag) {
        (self.location, self.bucket, self.key, self.etag) = (location, bucket, key, etag)
    }

    package var xml: [UInt8] {
        var writer = XMLWriter()
        writer.element("PostResponse") { writer in
            writer.element("Location", location)
            writer.element("Bucket", bucket)
            writer.element("Key", key)
            writer.element("ETag", etag)
        }
        return writer.document
    }
}

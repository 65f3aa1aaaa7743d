internal import XML

/// An error as an S3 client sees it. Programs match on the code; the message is for people.
package struct S3Error: Error, Equatable {
    /// An extra element of the document or an extra response header.
    package struct Field: Sendable, Hashable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package var code: Code
    package var message: String
    /// What the request was about, where it is known.
    package var bucket: String?
    package var key: String?
    /// Extra elements of the document, in order.
    package var fields: [Field]
    /// Extra response headers, in order.
    package var headers: [Field]

    package init(
        _ code: Code,
        _ message: String? = nil,
        bucket: String? = nil,
        key: String? = nil,
        fields: [Field] = [],
        headers: [Field] = []
    ) {
        self.code = code
        self.message = message ?? code.defaultMessage
        self.bucket = bucket
        self.key = key
        self.fields = fields
        self.headers = headers
    }

    package var status: Int { code.status }

    /// The body of the answer; HEAD and 304 send none.
    ///
    /// - Parameter resource: the path of the request, as in `/bucket/key`.
    /// - Parameter region: written where the server has one.
    package func xml(resource: String, requestID: String, hostID: String, region: String? = nil) -> [UInt8] {
        var writer = XMLWriter()
        writer.element("Error") { writer in
            writer.element("Code", code.rawValue)
            writer.element("Message", message)
            for field in fields { writer.element(field.name, field.value) }
            writer.element(ifPresent: "Key", key)
            writer.element(ifPresent: "BucketName", bucket)
            writer.element("Resource", resource)
            if !fields.contains(where: { $0.name == "Region" }) {
                writer.element(ifPresent: "Region", region)
            }
            writer.element("RequestId", requestID)
            writer.element("HostId", hostID)
        }
        return writer.document
    }
}

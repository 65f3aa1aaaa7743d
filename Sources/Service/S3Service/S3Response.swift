package import Engine

/// The answer of an operation. Request id, date and the server's name are added by the server.
package struct S3Response {
    package enum Body {
        case empty
        /// No body, but Content-Length says how large it would be: the answer to a HEAD.
        case announced(size: Int64)
        case bytes([UInt8])
        /// What the reader was told to select, `size` bytes.
        case object(ObjectReader, size: Int64)
    }

    /// 200...399.
    package var status: Int
    /// In sending order; without Content-Length.
    package var headers: [(name: String, value: String)]
    package var body: Body
    /// For the logs of the buckets they are about.
    package var actions: [LoggedAction] = []
    /// Bytes of the object or part that was written, as clients see it, for the bucket's log; `nil` where none was.
    package var writtenSize: Int64?

    package init(
        status: Int = 200,
        headers: [(name: String, value: String)] = [],
        body: Body = .empty,
        writtenSize: Int64? = nil
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.writtenSize = writtenSize
    }

    /// A document.
    package init(xml: [UInt8], headers: [(name: String, value: String)] = [], writtenSize: Int64? = nil) {
        self.init(
            headers: headers + [("Content-Type", "application/xml")],
            body: .bytes(xml),
            writtenSize: writtenSize
        )
    }
}

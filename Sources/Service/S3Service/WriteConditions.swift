package import Engine
package import S3API

/// If-Match and If-None-Match of a write, asked under the key's lease so that no other write comes between.
package struct WriteConditions: CommitGuard, Hashable {
    private let headers: ConditionalHeaders

    package init(of request: S3Request) {
        headers = ConditionalHeaders(header: { request.header($0) })
    }

    package static let none = WriteConditions(ConditionalHeaders(header: { _ in nil }))

    private init(_ headers: ConditionalHeaders) { self.headers = headers }

    /// One version by its tag, or `*` for any, as an element of DeleteObjects names it.
    package init(etag: ETag) {
        var headers = ConditionalHeaders(header: { _ in nil })
        headers.ifMatch = etag.value == "*" ? .any : .tags([etag])
        self.headers = headers
    }

    /// Whether If-Match names tags, so that the outcome tells something of the content that is there.
    package var compareContent: Bool {
        switch headers.ifMatch {
        case .tags: true
        case .any, nil: false
        }
    }

    /// For the engine: none where there is no condition.
    package var guards: [any CommitGuard] { headers.isEmpty ? [] : [self] }

    package func review(
        _ proposal: inout ObjectMetadata?,
        over current: ObjectVersion?
    ) throws(CommitRefusal) {
        guard let current, !current.isDeleteMarker else {
            switch headers.evaluatedWithoutObject {
            case .proceed: return
            case .preconditionFailed, .notModified: throw .objectMissing
            }
        }
        // Of a write nobody asks since when its object was modified, so the time of now says nothing.
        let outcome = headers.evaluate(
            etag: ETag(current.etag),
            lastModified: current.modified,
            for: .write,
            now: current.modified
        )
        switch outcome {
        case .proceed: return
        case .preconditionFailed, .notModified: throw .preconditionFailed
        }
    }
}

internal import Base
package import Engine
package import S3API

/// What a deletion asks of what it deletes: If-Match, and S3's conditions on size and time. They are asked under the
/// key's lease.
///
///                        the content fits    another content    delete marker    nothing there
///     If-Match           delete              412                404              404
///     size, time         delete              412                412              delete: it is gone already
///
/// S3 documents the second line for directory buckets.
package struct DeleteConditions: CommitGuard, Hashable {
    private let write: WriteConditions
    private let content: DeleteRequest.ContentConditions

    /// - Throws: ``S3Error/Code-swift.enum/invalidArgument``.
    package init(of request: S3Request) throws(S3Error) {
        write = WriteConditions(of: request)
        content = try DeleteRequest.ContentConditions(header: { request.header($0) })
    }

    package init(of element: DeleteRequest.Object) {
        write = element.etag.map { WriteConditions(etag: $0) } ?? .none
        content = element.conditions
    }

    /// Whether the answer tells something of the content, which only those who may read it are to learn.
    package var compareContent: Bool { write.compareContent || !content.isEmpty }

    /// For the engine: none where there is no condition.
    package var guards: [any CommitGuard] { write.guards + (content.isEmpty ? [] : [self]) }

    package func review(
        _ proposal: inout ObjectMetadata?,
        over current: ObjectVersion?
    ) throws(CommitRefusal) {
        guard let current else { return }
        guard !current.isDeleteMarker,
            content.areMet(bySize: current.size, modified: current.modified)
        else { throw .preconditionFailed }
    }
}

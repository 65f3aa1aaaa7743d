internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service

package struct HeadObject: S3Operation {
    package static let route = Route(.head, .object)

    let read: ObjectRead

    package init(parsing request: S3Request) throws(S3Error) { read = try ObjectRead(parsing: request) }

    package var rights: Rights { read.rights }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let object = read.object
        let bucket = try context.bucket(object.bucket)
        let version = try await translating { () async throws(EngineError) in
            try await context.engine.version(bucket: object.bucket, key: object.key, id: read.versionID.id)
        }
        try await context.access.confirm(read.right, on: version)
        let concealed = await read.concealed(of: version, from: context.access)
        var plan = try read.plan(version, in: bucket.settings, without: concealed, now: context.now)
        if !read.versionID.isNamed { plan.headers += context.expirationHeaders(version, in: bucket) }
        return S3Response(
            status: plan.status,
            headers: plan.headers,
            body: plan.range.map { .announced(size: Int64($0.count)) } ?? .empty
        )
    }
}

internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service

package struct GetObject: S3Operation {
    package static let route = Route(.get, .object)

    let read: ObjectRead

    package init(parsing request: S3Request) throws(S3Error) { read = try ObjectRead(parsing: request) }

    package var rights: Rights { read.rights }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let object = read.object
        let bucket = try context.bucket(object.bucket)
        let reader = try await translating { () async throws(EngineError) in
            try await context.engine.open(bucket: object.bucket, key: object.key, id: read.versionID.id)
        }
        do throws(S3Error) {
            try await context.access.confirm(read.right, on: reader.version)
            let concealed = await read.concealed(of: reader.version, from: context.access)
            var plan = try read.plan(
                reader.version,
                in: bucket.settings,
                without: concealed,
                now: context.now
            )
            if !read.versionID.isNamed {
                plan.headers += context.expirationHeaders(reader.version, in: bucket)
            }
            guard let range = plan.range, !range.isEmpty else {
                reader.close()
                return S3Response(status: plan.status, headers: plan.headers)
            }
            reader.select(range)
            return S3Response(
                status: plan.status,
                headers: plan.headers,
                body: .object(reader, size: Int64(range.count))
            )
        } catch {
            reader.close()
            throw error
        }
    }
}

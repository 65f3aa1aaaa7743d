package import Base
package import Engine
import IAM
package import S3Service

extension Engine {
    /// What the server does with a request whose sender is the root user.
    package func perform<Operation: S3Operation>(
        _: Operation.Type,
        _ request: S3Request,
        body: [UInt8] = [],
        now: Timestamp = Timestamp(seconds: 1_750_000_000)
    ) async throws -> S3Response {
        try await perform(Operation.self, request, from: MemorySource(body), now: now)
    }

    package func perform<Operation: S3Operation>(
        _: Operation.Type,
        _ request: S3Request,
        from source: some RequestSource,
        now: Timestamp = Timestamp(seconds: 1_750_000_000)
    ) async throws -> S3Response {
        try await Operation(parsing: request).perform(
            in: OperationContext(
                engine: self,
                access: AccessCheck(
                    .root(accessKey: "owner"),
                    authorizer: RootAuthorizer(),
                    conditions: RequestConditions(
                        request,
                        sourceAddress: "127.0.0.1",
                        isTLS: false,
                        now: now,
                        region: "us-east-1"
                    )
                ),
                region: "us-east-1",
                now: now,
                accounts: ServerAccountOnly(),
                source: source,
                signature: nil
            )
        )
    }
}

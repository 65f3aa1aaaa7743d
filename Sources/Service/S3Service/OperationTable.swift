internal import HTTP
package import S3API

/// All operations of a server: what the router, the authoriser and the documentation go by.
package struct OperationTable: Sendable {
    package let operations: [any S3Operation.Type]

    /// Traps if two operations could answer the same request.
    package init(_ operations: [any S3Operation.Type]) {
        self.operations = operations
        for (index, operation) in operations.enumerated() {
            for other in operations[(index + 1)...] {
                precondition(
                    !Self.areAmbiguous(operation.route, other.route),
                    "\(operation), \(other): one route"
                )
            }
        }
    }

    /// The operation a request asks for.
    ///
    /// - Throws: NotImplemented for a sub-resource that no operation has, MethodNotAllowed where the resource
    ///   has other methods, InvalidArgument for two sub-resources at once.
    package func operation(for request: S3Request) throws(S3Error) -> any S3Operation.Type {
        let named = Subresource.named(in: request.query)
        guard named.count <= 1 else {
            let names = named.sorted().joined(separator: ", ")
            throw S3Error(.invalidArgument, "Conflicting query string parameters: \(names)")
        }
        if let name = named.first { return try operation(for: request, subresource: name) }
        guard let operation = mostSpecific(for: request) else { throw methodNotAllowed(request) }
        return operation
    }

    private func operation(
        for request: S3Request,
        subresource: String
    ) throws(S3Error) -> any S3Operation.Type {
        if let operation = mostSpecific(for: request, subresource: subresource) { return operation }
        let hasOtherMethods = operations.contains {
            $0.route.level == request.level && $0.route.parameterNames.contains(subresource)
        }
        if hasOtherMethods { throw methodNotAllowed(request, subresource: subresource) }
        throw S3Error(
            .notImplemented,
            "This server does not implement \(request.method) of the sub-resource '\(subresource)'."
        )
    }

    /// Names the methods that the same request could have (RFC 9110 §15.5.6).
    private func methodNotAllowed(_ request: S3Request, subresource: String? = nil) -> S3Error {
        let methods = Set(
            operations.filter { $0.route.subresource == subresource && $0.route.fitsBesidesMethod(request) }
                .map { "\($0.route.method)" }
        )
        let names = methods.sorted().joined(separator: ", ")
        return S3Error(.methodNotAllowed, headers: [S3Error.Field("Allow", names)])
    }

    private func mostSpecific(
        for request: S3Request,
        subresource: String? = nil
    ) -> (any S3Operation.Type)? {
        operations.filter { $0.route.subresource == subresource && $0.route.fits(request) }
            .max { $0.route.needs.count < $1.route.needs.count }
    }

    /// One request could fit both, and neither needs more than the other. A request names one sub-resource at most.
    private static func areAmbiguous(_ left: Route, _ right: Route) -> Bool {
        left.method == right.method && left.level == right.level && left.subresource == right.subresource
            && left.needs.count == right.needs.count
    }
}

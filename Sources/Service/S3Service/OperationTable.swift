internal import HTTP
package import S3API

/// All operations of a server: what the router, the authoriser and the documentation go by.
package struct OperationTable: Sendable {
    package let operations: [any S3Operation.Type]
    /// What may answer a request, those first that need more.
    private let candidates: [Place: [(route: Route, operation: any S3Operation.Type)]]

    private struct Place: Hashable {
        let level: Route.Level
        let subresource: String?
    }

    /// Traps if two operations could answer the same request.
    package init(_ operations: [any S3Operation.Type]) {
        self.operations = operations
        let routed = operations.map { (route: $0.route, operation: $0) }
        candidates = Dictionary(grouping: routed) {
            Place(level: $0.route.level, subresource: $0.route.subresource)
        }
        .mapValues { $0.sorted { $0.route.needs.count > $1.route.needs.count } }
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
        let place = Place(level: request.level, subresource: named.first)
        let candidates = candidates[place] ?? []
        if let found = candidates.first(where: { $0.route.fits(request) }) { return found.operation }
        guard let name = named.first, candidates.isEmpty else {
            throw methodNotAllowed(request, candidates.map(\.route))
        }
        throw S3Error(
            .notImplemented,
            "This server does not implement \(request.method) of the sub-resource '\(name)'."
        )
    }

    /// Names the methods that the same request could have (RFC 9110 §15.5.6).
    private func methodNotAllowed(_ request: S3Request, _ routes: [Route]) -> S3Error {
        let methods = Set(routes.filter { $0.fitsBesidesMethod(request) }.map { "\($0.method)" })
        let names = methods.sorted().joined(separator: ", ")
        return S3Error(.methodNotAllowed, headers: [S3Error.Field("Allow", names)])
    }

    /// One request could fit both, and neither needs more than the other. A request names one sub-resource at most.
    private static func areAmbiguous(_ left: Route, _ right: Route) -> Bool {
        left.method == right.method && left.level == right.level && left.subresource == right.subresource
            && left.needs.count == right.needs.count
    }
}

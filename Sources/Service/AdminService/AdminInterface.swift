package import HTTP
package import IAM
package import S3API
package import SigV4

/// A request whose path is the administration interface's; its signature was checked.
package struct IncomingCall {
    package let path: CallPath
    package let method: RequestMethod
    package let query: QueryString
    package let contentType: String?
    /// `nil` when nobody signed it.
    package let credential: Credential?
    package let signatureKind: SignatureKind

    package init(
        path: CallPath,
        method: RequestMethod,
        query: QueryString,
        contentType: String?,
        credential: Credential?,
        signatureKind: SignatureKind
    ) {
        (self.path, self.method, self.query) = (path, method, query)
        (self.contentType, self.credential) = (contentType, credential)
        self.signatureKind = signatureKind
    }
}

/// The administration interface.
///
///     path ─▶ version ─▶ sender ─▶ route ─▶ parse ─▶ rights ─▶ perform ─▶ answer
///
/// Any number of tasks may call it at once.
package struct AdminInterface: Sendable {
    package let table: AdminTable
    private let services: AdminServices

    package init(_ services: AdminServices, table: AdminTable = AdminTable()) {
        (self.services, self.table) = (services, table)
    }

    /// - Parameters:
    ///   - access: asked before anything is done, as the call's sender.
    ///   - found: told the operation's name, for the log, once it is known.
    package func answer(
        _ incoming: IncomingCall,
        access: some CallAccess,
        body: some AdminBody,
        found: (String) -> Void = { _ in }
    ) async throws(AdminError) -> AdminResponse {
        let (dialect, names) = try Self.checkVersion(incoming.path)
        guard let credential = incoming.credential, let caller = credential.identity.signed,
            incoming.signatureKind == .authorizationHeader
        else { throw AdminError(.accessDenied) }
        let call = AdminCall(
            method: incoming.method,
            dialect: dialect,
            names: names,
            query: incoming.query,
            contentType: incoming.contentType,
            caller: caller
        )
        let type = try table.operation(for: call)
        found(type.name)
        let operation = try type.init(parsing: call)
        let context = AdminContext(
            call: call,
            services: services,
            access: access,
            secret: credential.secret,
            body: body
        )
        try await context.require(operation.rights, or: operation.alternativeRights)
        return try await operation.perform(in: context)
    }

    private static func checkVersion(_ path: CallPath) throws(AdminError) -> (CallPath.Dialect, [String]) {
        switch path {
        case .call(let dialect, let names): return (dialect, names)
        case .otherVersion(let version): throw AdminError.otherVersion(version)
        case .malformed: throw AdminError(.noSuchRoute)
        }
    }
}

internal import Base
internal import HTTP
package import IAM

/// `POST update-service-account`: what is named changes, the rest stays. Takes the right also for one's own.
///
///     {"newPolicy": {…}, "newSecretKey": …, "newStatus": …, "newName": …, "newDescription": …, "newExpiration": …}
package struct UpdateServiceAccount: AdminOperation {
    package static let route = AdminRoute(.post, "update-service-account", needs: "accessKey")

    private let accessKey: String

    package init(parsing call: AdminCall) throws(AdminError) { accessKey = try call.parameter("accessKey") }

    package var rights: Rights { Rights(Right(.updateServiceAccount)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let update = try Self.update(ReceivedObject(parsing: try await context.payload()))
        try await context.require(rights, untilExpiration: update.expiration)
        let account = try await translating { () throws(IAMError) in
            try context.iam.serviceAccount(accessKey)
        }
        guard account.parent != context.iam.root.accessKey || context.caller.isAccountOwner else {
            throw AdminError(.accessDenied)
        }
        try KeyBounds(of: context.caller).check(update, of: accessKey)
        try await translating { () throws(IAMError) in
            try await context.iam.updateServiceAccount(accessKey, update)
        }
        return .noContent
    }

    private static func update(_ body: ReceivedObject) throws(AdminError) -> ServiceAccountUpdate {
        var update = ServiceAccountUpdate()
        update.secret = try body.secret("newSecretKey")
        update.sessionPolicy = try body.document("newPolicy")
        update.name = try body.nonEmptyText("newName")
        update.description = try body.nonEmptyText("newDescription")
        update.expiration = try body.time("newExpiration")
        switch try body.nonEmptyText("newStatus") {
        case nil: break
        case "on", "enabled": update.status = .enabled
        case "off", "disabled": update.status = .disabled
        case .some: throw AdminError(.configBadFormat, "'newStatus' is 'on' or 'off'.")
        }
        try KeyLabels.check(name: update.name, description: update.description)
        return update
    }
}

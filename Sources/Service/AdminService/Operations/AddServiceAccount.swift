internal import Base
internal import HTTP
package import IAM
internal import JSON
internal import Telemetry

/// `PUT add-service-account`: keys for a program, with what a user may do or less.
///
///     {"policy": {…}, "targetUser": …, "accessKey": …, "secretKey": …, "name": …, "description": …, "expiration": …}
///
/// Everybody may make them for itself, unless denied. Those of the root user only the root user makes: nobody gets
/// its rights by being allowed to hand out others' keys. What narrows the caller narrows its keys, see ``KeyBounds``.
package struct AddServiceAccount: AdminOperation {
    package static let route = AdminRoute(.put, "add-service-account")

    package let rights: Rights

    package init(parsing call: AdminCall) throws(AdminError) {
        rights = Rights(Right(.createServiceAccount, isGrantedByDefault: true))
    }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let body = try ReceivedObject(parsing: try await context.payload())
        let target = try body.nonEmptyText("targetUser") ?? context.caller.userName
        let isOwn = context.call.isCaller(target)
        var request = try ServiceAccountBody.request(body, parent: isOwn ? context.caller.userName : target)
        switch context.caller.kind {
        case .temporary where isOwn, .serviceAccount where isOwn:
            // A directory's or provider's user is known by these alone.
            (request.claims, request.groups) = (context.caller.claims, context.caller.groups)
        case .root, .user, .temporary, .serviceAccount: break
        }
        try await context.require(
            Rights(Right(.createServiceAccount, isGrantedByDefault: isOwn)),
            untilExpiration: request.expiration
        )
        guard request.parent != context.iam.root.accessKey || context.caller.isAccountOwner else {
            throw AdminError(.accessDenied)
        }
        try KeyBounds(of: context.caller).apply(to: &request, isOwn: isOwn)
        return try await ServiceAccountBody.add(request, in: context)
    }
}

/// What the calls that make service accounts have in common.
enum ServiceAccountBody {
    static func request(
        _ body: ReceivedObject,
        parent: String
    ) throws(AdminError) -> ServiceAccountRequest {
        var request = ServiceAccountRequest(parent: parent)
        request.accessKey = try body.nonEmptyText("accessKey")
        request.secret = try body.secret("secretKey")
        request.sessionPolicy = try body.document("policy")
        request.name = try body.nonEmptyText("name")
        let comment = try body.nonEmptyText("comment")
        request.description = try body.nonEmptyText("description") ?? comment
        request.expiration = try body.time("expiration")
        if let key = request.accessKey, key.first == " " || key.last == " " {
            throw AdminError(.invalidResource)
        }
        try KeyLabels.check(name: request.name, description: request.description)
        return request
    }

    static func add(
        _ request: ServiceAccountRequest,
        in context: AdminContext
    ) async throws(AdminError) -> AdminResponse {
        let credential = try await translating { () throws(IAMError) in
            try await context.iam.addServiceAccount(request)
        }
        return try await context.sealed([
            "credentials": [
                "accessKey": .string(credential.accessKey),
                "secretKey": .string(credential.secret.revealed()),
                "expiration": .time(request.expiration ?? .epoch),
            ]
        ])
    }
}

/// Names that people give to keys.
enum KeyLabels {
    /// MinIO's limits.
    static func check(name: String?, description: String?) throws(AdminError) {
        if let name {
            guard name.utf8.count <= 32 else {
                throw AdminError(.invalidArgument, "A name has at most 32 characters.")
            }
            guard name.utf8.first.map(isLetter) == true else {
                throw AdminError(.invalidArgument, "A name starts with a letter.")
            }
        }
        if let description, description.utf8.count > 256 {
            throw AdminError(.invalidArgument, "A description has at most 256 bytes.")
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        default: false
        }
    }
}

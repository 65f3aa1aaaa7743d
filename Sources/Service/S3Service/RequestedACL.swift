internal import Base
package import IAM
package import S3API

/// The access control list that the headers of a request ask for.
package struct RequestedACL: Sendable, Hashable {
    package enum Content: Sendable, Hashable {
        /// The headers say nothing.
        case none
        case canned(CannedACL)
        case grants([AccessControlPolicy.Grant])
    }

    package let content: Content

    package static let none = RequestedACL(.none)

    private init(_ content: Content) { self.content = content }

    /// - Throws: ``S3Error/Code-swift.enum/invalidArgument``; ``S3Error/Code-swift.enum/invalidRequest`` for both kinds
    ///   of headers at once.
    package init(of request: S3Request) throws(S3Error) {
        let grants = try Self.grants(request)
        guard let name = request.header(S3Header.acl), !name.isEmpty else {
            content = grants.isEmpty ? .none : .grants(grants)
            return
        }
        guard grants.isEmpty else {
            throw S3Error(
                .invalidRequest,
                "Specifying both Canned ACLs and Header Grants is not allowed"
            )
        }
        content = .canned(try CannedACL(name: name))
    }

    /// In the order in which the reference names them.
    private static let permissions: [(suffix: String, AccessControlPolicy.Permission)] = [
        ("read", .read), ("write", .write), ("read-acp", .readACP), ("write-acp", .writeACP),
        ("full-control", .fullControl),
    ]

    private static func grants(_ request: S3Request) throws(S3Error) -> [AccessControlPolicy.Grant] {
        let sent = request.headers(startingWith: S3Header.grantPrefix).map(\.name)
        guard !sent.isEmpty else { return [] }
        // Policies know the first header of a name only: a second one must not grant what they have not seen.
        guard Set(sent).count == sent.count else {
            throw S3Error(.invalidArgument, "A grant header may be sent once.")
        }
        var grants: [AccessControlPolicy.Grant] = []
        var known = 0
        for (suffix, permission) in permissions {
            guard let text = request.header("\(S3Header.grantPrefix)\(suffix)") else { continue }
            known += 1
            for grantee in try grantees(text) { grants.append(.init(permission, to: grantee)) }
        }
        guard known == sent.count else { throw S3Error(.invalidArgument, "There is no such grant header.") }
        guard !grants.isEmpty, grants.count <= AccessControlPolicy.grantsMax else { throw malformed("") }
        return grants
    }

    /// `id="…", uri="…", emailAddress="…"`, with or without quotes.
    static func grantees(_ text: String) throws(S3Error) -> [AccessControlPolicy.Grantee] {
        var grantees: [AccessControlPolicy.Grantee] = []
        for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2 else { throw malformed(text) }
            let value = try unquoted(trimmed(sides[1]), text)
            guard !value.isEmpty else { throw malformed(text) }
            switch trimmed(sides[0]).lowercased() {
            case "id": grantees.append(.user(Owner(id: value, displayName: "")))
            case "uri": grantees.append(.group(try AccessControlPolicy.Group(uri: value)))
            case "emailaddress": grantees.append(.email(value))
            default: throw malformed(text)
            }
        }
        return grantees
    }

    private static func trimmed(_ text: Substring) -> String {
        let rest = text.drop { $0 == " " || $0 == "\t" }
        return String(rest.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }

    private static func unquoted(_ text: String, _ header: String) throws(S3Error) -> String {
        let quotes = text.filter { $0 == "\"" }.count
        if quotes == 0 { return text }
        guard quotes == 2, text.hasPrefix("\""), text.hasSuffix("\"") else { throw malformed(header) }
        return String(text.dropFirst().dropLast())
    }

    private static func malformed(_ text: String) -> S3Error {
        S3Error(
            .invalidArgument,
            "Argument format not recognized",
            fields: [S3Error.Field("ArgumentValue", text)]
        )
    }
}

extension RequestedACL {
    /// What a write that brings the list along needs besides: nothing where it says no more than no list would.
    package func rights(on object: ObjectAddress) -> [Right] {
        guard asksForSomething else { return [] }
        let resource = S3Resource.object(bucket: object.bucket, key: object.key)
        return [Right(.putObjectAcl, on: resource, isOfCreation: true)]
    }

    package var asksForSomething: Bool {
        switch content {
        case .none, .canned(.private): false
        case .canned, .grants: true
        }
    }

    /// The list in full.
    ///
    /// - Parameter bucketOwner: `nil` for the list of a bucket.
    /// - Throws: as ``AccessControlPolicy/resolved(in:)``.
    package func policy(
        owner: Owner,
        bucketOwner: Owner?,
        in accounts: any AccountDirectory
    ) throws(S3Error) -> AccessControlPolicy {
        switch content {
        case .none: AccessControlPolicy(private: owner)
        case .canned(let canned): canned.policy(owner: owner, bucketOwner: bucketOwner)
        case .grants(let grants): try AccessControlPolicy(owner: owner, grants: grants).resolved(in: accounts)
        }
    }
}

extension AccessControlPolicy {
    /// With the names of users as they are now, and groups first.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/invalidArgument`` for an id that nobody has;
    ///   ``S3Error/Code-swift.enum/unresolvableGrant`` for an address, as nobody here has one.
    package func resolved(in accounts: any AccountDirectory) throws(S3Error) -> AccessControlPolicy {
        var (groups, users): ([Grant], [Grant]) = ([], [])
        for grant in grants {
            switch grant.grantee {
            case .group: groups.append(grant)
            case .user(let user):
                guard let account = accounts.account(canonicalID: user.id) else {
                    throw S3Error(
                        .invalidArgument,
                        "Invalid id",
                        fields: [
                            S3Error.Field("ArgumentName", "CanonicalUser/ID"),
                            S3Error.Field("ArgumentValue", user.id),
                        ]
                    )
                }
                users.append(Grant(grant.permission, to: .user(Owner(account))))
            case .email(let address):
                throw S3Error(.unresolvableGrant, fields: [S3Error.Field("EmailAddress", address)])
            }
        }
        return AccessControlPolicy(owner: owner, grants: groups + users)
    }
}

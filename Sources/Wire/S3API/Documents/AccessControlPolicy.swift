internal import XML

/// Who may do what with a bucket or an object besides what policies say: the body and the answer of the operations on
/// access control lists, and the form in which drives keep them.
package struct AccessControlPolicy: Sendable, Hashable {
    package enum Permission: String, Sendable, Hashable, CaseIterable {
        case read = "READ"
        case write = "WRITE"
        case readACP = "READ_ACP"
        case writeACP = "WRITE_ACP"
        case fullControl = "FULL_CONTROL"

        /// Whether whoever has this one has `other`.
        package func includes(_ other: Permission) -> Bool { self == .fullControl || self == other }
    }

    package enum Group: String, Sendable, Hashable, CaseIterable {
        case allUsers = "http://acs.amazonaws.com/groups/global/AllUsers"
        case authenticatedUsers = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
        case logDelivery = "http://acs.amazonaws.com/groups/s3/LogDelivery"

        /// Those that S3 calls public.
        package var isPublic: Bool {
            switch self {
            case .allUsers, .authenticatedUsers: true
            case .logDelivery: false
            }
        }
    }

    package enum Grantee: Sendable, Hashable {
        case user(Owner)
        case group(Group)
        /// Only in requests: stored lists name users by their ids.
        case email(String)
    }

    package struct Grant: Sendable, Hashable {
        package var grantee: Grantee
        package var permission: Permission

        package init(_ permission: Permission, to grantee: Grantee) {
            (self.grantee, self.permission) = (grantee, permission)
        }
    }

    package static let grantsMax = 100
    package static let sizeMax = 64 << 10

    package var owner: Owner
    package var grants: [Grant]

    package init(owner: Owner, grants: [Grant]) { (self.owner, self.grants) = (owner, grants) }

    /// The one that every bucket and object has of which nothing else was said.
    package init(private owner: Owner) {
        self.init(owner: owner, grants: [Grant(.fullControl, to: .user(owner))])
    }

    /// Whether its owner has full control, and nobody else anything.
    package var isPrivate: Bool {
        guard grants.count == 1, case .user(let user) = grants[0].grantee else { return false }
        return grants[0].permission == .fullControl && user.hasSameID(as: owner)
    }

    /// Whether it grants anything to everybody, or to everybody with a signature.
    package var isPublic: Bool {
        grants.contains { grant in
            if case .group(let group) = grant.grantee { group.isPublic } else { false }
        }
    }
}

extension AccessControlPolicy {
    /// - Throws: ``S3Error/Code-swift.enum/malformedACL``; ``S3Error/Code-swift.enum/invalidArgument`` for a group that
    ///   is not known. Whether users exist is for others to say.
    package init(parsing body: [UInt8]) throws(S3Error) {
        let root: XMLElement
        do throws(S3Error) {
            root = try parse(body, root: ["AccessControlPolicy"], sizeMax: Self.sizeMax)
        } catch {
            throw error.code == .malformedXML ? S3Error(.malformedACL, error.message) : error
        }
        guard let owner = root.child("Owner"), let id = owner.trimmedText(of: "ID"), !id.isEmpty,
            let list = root.child("AccessControlList")
        else { throw S3Error(.malformedACL) }
        let elements = list.children(named: "Grant")
        guard elements.count <= Self.grantsMax, elements.count == list.children.count else {
            throw S3Error(.malformedACL)
        }
        var grants: [Grant] = []
        for element in elements { grants.append(try Grant(element)) }
        self.init(
            owner: Owner(id: id, displayName: owner.trimmedText(of: "DisplayName") ?? ""),
            grants: grants
        )
    }

    /// The kind may be told by `xsi:type`, by a child `Type`, or by what it is named by; those that are there agree.
    fileprivate static func grantee(_ element: XMLElement) throws(S3Error) -> Grantee {
        let names = ["ID", "URI", "EmailAddress"].filter { element.child($0) != nil }
        guard names.count == 1, let text = element.trimmedText(of: names[0]), !text.isEmpty else {
            throw S3Error(.malformedACL)
        }
        let kinds = ["ID": "CanonicalUser", "URI": "Group", "EmailAddress": "AmazonCustomerByEmail"]
        let told = element.attributes.first { $0.name == "type" }?.value
        guard told == nil || told == kinds[names[0]] else { throw S3Error(.malformedACL) }
        switch names[0] {
        case "ID":
            return .user(Owner(id: text, displayName: element.trimmedText(of: "DisplayName") ?? ""))
        case "URI": return .group(try Group(uri: text))
        default: return .email(text)
        }
    }

    /// Also the form in which drives keep it.
    package var xml: [UInt8] {
        document("AccessControlPolicy") { writer in
            writer.element("Owner", owner)
            writer.element("AccessControlList") { writer in
                for grant in grants { grant.write(to: &writer) }
            }
        }
    }
}

extension AccessControlPolicy.Group {
    /// - Throws: ``S3Error/Code-swift.enum/invalidArgument``.
    package init(uri: String) throws(S3Error) {
        guard let group = Self(rawValue: uri) else {
            throw S3Error(
                .invalidArgument,
                "Invalid group uri",
                fields: [S3Error.Field("ArgumentName", "uri"), S3Error.Field("ArgumentValue", uri)]
            )
        }
        self = group
    }
}

extension AccessControlPolicy.Grant {
    private static let instance = "http://www.w3.org/2001/XMLSchema-instance"

    /// - Throws: ``S3Error/Code-swift.enum/malformedACL``; ``S3Error/Code-swift.enum/invalidArgument`` for a group that
    ///   is not known.
    init(_ element: XMLElement) throws(S3Error) {
        guard let grantee = element.child("Grantee"),
            let permission = element.trimmedText(of: "Permission")
                .flatMap(AccessControlPolicy.Permission.init(rawValue:))
        else { throw S3Error(.malformedACL) }
        self.init(permission, to: try AccessControlPolicy.grantee(grantee))
    }

    func write(to writer: inout XMLWriter) {
        writer.element("Grant") { writer in
            let (kind, elements): (String, [(String, String)]) =
                switch grantee {
                case .user(let user): ("CanonicalUser", [("ID", user.id), ("DisplayName", user.displayName)])
                case .group(let group): ("Group", [("URI", group.rawValue)])
                case .email(let address): ("AmazonCustomerByEmail", [("EmailAddress", address)])
                }
            writer.element("Grantee", attributes: [("xmlns:xsi", Self.instance), ("xsi:type", kind)]) {
                writer in
                for (name, text) in elements { writer.element(name, text) }
            }
            writer.element("Permission", permission.rawValue)
        }
    }
}

extension Owner {
    package func hasSameID(as other: Owner) -> Bool { id.utf8.elementsEqual(other.id.utf8) }
}

internal import Base
internal import HTTP
package import IAM
internal import JSON

/// `GET idp/builtin/policy-entities`: who has which policies.
package struct ListPolicyEntities: AdminOperation {
    package static let route = AdminRoute(.get, "idp/builtin/policy-entities")

    private let query: PolicyEntities.Query

    package init(parsing call: AdminCall) throws(AdminError) {
        var query = PolicyEntities.Query()
        query.users = call.parameters("user")
        query.groups = call.parameters("group")
        query.policies = call.parameters("policy")
        self.query = query
    }

    package var rights: Rights { Rights(Right(.listUserPolicies)) }
    package var alternativeRights: [Rights] { [Rights(Right(.listUsers)), Rights(Right(.listGroups))] }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        try await context.sealed(context.iam.policyEntities(query).json(at: context.now))
    }
}

extension PolicyEntities {
    /// - Parameters:
    ///   - isUser: whether a user is to be listed.
    ///   - isGroup: the same of a group.
    func json(
        at time: Timestamp,
        isUser: (String) -> Bool = { _ in true },
        isGroup: (String) -> Bool = { _ in true }
    ) -> JSONValue {
        var object = JSONObject()
        object.set("timestamp", .time(time))
        object.set("userMappings", Self.list(users.filter { isUser($0.name) }.map(\.json)))
        object.set("groupMappings", Self.list(groups.filter { isGroup($0.name) }.map(\.json)))
        let policies = policies.compactMap { policy -> JSONValue? in
            let (users, groups) = (policy.users.filter(isUser), policy.groups.filter(isGroup))
            guard !users.isEmpty || !groups.isEmpty else { return nil }
            return ["policy": .string(policy.name), "users": .texts(users), "groups": .texts(groups)]
        }
        object.set("policyMappings", Self.list(policies))
        return .object(object)
    }

    private static func list(_ entities: [JSONValue]) -> JSONValue? {
        entities.isEmpty ? nil : .array(entities)
    }
}

extension PolicyEntities.User {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object.set("user", .string(name))
        object.set("policies", .texts(policies))
        object.set("memberOfMappings", groups.isEmpty ? nil : .array(groups.map(\.json)))
        return .object(object)
    }
}

extension PolicyEntities.Group {
    fileprivate var json: JSONValue { ["group": .string(name), "policies": .texts(policies)] }
}

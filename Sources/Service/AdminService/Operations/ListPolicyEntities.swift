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
        let entities = context.iam.policyEntities(query)
        var object = JSONObject()
        object.set("timestamp", .time(context.now))
        object.set("userMappings", list(entities.users) { $0.json })
        object.set("groupMappings", list(entities.groups) { $0.json })
        object.set("policyMappings", list(entities.policies) { $0.json })
        return try await context.sealed(.object(object))
    }

    private func list<Entity>(_ entities: [Entity], _ json: (Entity) -> JSONValue) -> JSONValue? {
        entities.isEmpty ? nil : .array(entities.map(json))
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

extension PolicyEntities.Policy {
    fileprivate var json: JSONValue {
        ["policy": .string(name), "users": .texts(users), "groups": .texts(groups)]
    }
}

internal import HTTP
package import IAM
internal import JSON

/// `GET list-config-history-kv`: the last changes of settings, newest first.
package struct ListConfigHistoryKV: AdminOperation {
    package static let route = AdminRoute(.get, "list-config-history-kv", needs: "count")

    private let countMax: Int

    package init(parsing call: AdminCall) throws(AdminError) {
        guard let count = Int(try call.parameter("count")), count >= 0 else {
            throw AdminError(.invalidArgument, "The parameter 'count' is a number.")
        }
        countMax = count == 0 ? 10 : min(count, 1000)
    }

    package var rights: Rights { Rights(Right(.configUpdate)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let entries = try await context.services.settings.history(countMax: countMax)
        return try await context.sealed(
            .array(
                entries.map {
                    [
                        "restoreId": .string($0.id), "createTime": .time($0.createdAt),
                        "data": .string($0.text),
                    ]
                }
            )
        )
    }
}

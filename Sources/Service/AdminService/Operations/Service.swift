internal import HTTP
package import IAM
internal import JSON

/// `POST service?action=…`: stops the process or starts it anew, once the answer is sent; with `type=2` the answer is a
/// report.
package struct Service: AdminOperation {
    package static let route = AdminRoute(.post, "service", needs: "action")

    private enum Action: String {
        case restart, stop, freeze, unfreeze
        case cancelRestart = "cancel-restart"
    }

    private let action: Action
    private let isDryRun: Bool
    private let wantsReport: Bool

    package init(parsing call: AdminCall) throws(AdminError) {
        guard let action = Action(rawValue: try call.parameter("action")) else {
            throw AdminError(.invalidArgument, "The action is 'restart' or 'stop'.")
        }
        self.action = action
        isDryRun = call.isTrue("dry-run")
        wantsReport = call.optionalParameter("type") == "2"
    }

    package var rights: Rights {
        switch action {
        case .restart, .cancelRestart: Rights(Right(.serviceRestart))
        case .stop: Rights(Right(.serviceStop))
        case .freeze, .unfreeze: Rights(Right(.serviceFreeze))
        }
    }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let control = context.services.control
        switch action {
        case .stop: break
        case .restart:
            guard control.canRestart else {
                throw AdminError(.notImplemented, "The server cannot restart itself here.")
            }
        case .freeze, .unfreeze, .cancelRestart:
            throw AdminError(.notImplemented, "The action '\(action.rawValue)' is not implemented.")
        }
        var response = wantsReport ? AdminResponse(json: await report(context)) : .empty
        if !isDryRun {
            response.afterSending = { [isStop = action == .stop] in
                if isStop { control.stop() } else { control.restart() }
            }
        }
        return response
    }

    private func report(_ context: AdminContext) async -> JSONValue {
        let host = await context.services.facts.overview().endpoint
        return [
            "action": .string(action.rawValue), "dryRun": .boolean(isDryRun),
            "results": [["host": .string(host)]],
        ]
    }
}

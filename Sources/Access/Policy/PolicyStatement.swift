/// One statement, ready to be asked. A class, so that asking copies nothing.
final class PolicyStatement: Sendable {
    enum Actions: Sendable {
        case action(ActionSet)
        case notAction(ActionSet)
    }

    enum Resources: Sendable {
        case resource(ResourceSet)
        case notResource(ResourceSet)
        /// Actions on the server, its tokens and its keys need none.
        case absent
    }

    enum Principals: Sendable {
        case principal(PrincipalSet)
        case notPrincipal(PrincipalSet)
        /// The policy's holder.
        case holder
    }

    let sid: String?
    let effect: Effect
    let principals: Principals
    let actions: Actions
    let resources: Resources
    let conditions: [Condition]
    let written: Written

    /// The elements as the document has them, each list in its order.
    struct Written: Sendable {
        var actions: [String] = []
        var resources: [String] = []
    }

    init(
        sid: String?,
        effect: Effect,
        principals: Principals,
        actions: Actions,
        resources: Resources,
        conditions: [Condition],
        written: Written
    ) {
        (self.sid, self.effect, self.principals) = (sid, effect, principals)
        (self.actions, self.resources) = (actions, resources)
        (self.conditions, self.written) = (conditions, written)
    }

    /// The known actions that it covers.
    var coveredActions: ActionSet.Bits {
        switch actions {
        case .action(let set): set.known
        case .notAction(let set): ~set.known
        }
    }

    /// For any action, at the cost of its patterns.
    func covers(_ action: PolicyAction) -> Bool {
        switch actions {
        case .action(let set): set.contains(action)
        case .notAction(let set): !set.contains(action)
        }
    }

    /// How closely the statement names the caller. One that denies all but some counts everybody else as
    /// named.
    func match(_ caller: Caller) -> PrincipalMatch {
        switch principals {
        case .holder: return .principal
        case .principal(let set): return set.match(caller)
        case .notPrincipal(let set):
            switch effect {
            case .deny: return set.spares(caller) ? .none : .principal
            case .allow: return set.match(caller) == .none ? .principal : .none
            }
        }
    }

    /// How much of the request's resource the statement is about, its action and caller aside.
    func extent(of request: AccessRequest, in context: some RequestContext) -> Extent {
        let extent = resourceExtent(request, context)
        guard extent != .none, !conditions.isEmpty else { return extent }
        return extent && conditionExtent(request, context)
    }

    private func resourceExtent(_ request: AccessRequest, _ context: some RequestContext) -> Extent {
        if request.isOnServer, case .action(let set) = actions, set.namesWithService(request.action) {
            return .all
        }
        switch resources {
        case .absent: return .all
        case .resource(let set): return set.extent(of: request, in: context, unresolvedMatches: false)
        case .notResource(let set):
            return set.extent(of: request, in: context, unresolvedMatches: effect == .allow).inverted
        }
    }

    private func conditionExtent(_ request: AccessRequest, _ context: some RequestContext) -> Extent {
        var extent = Extent.all
        for condition in conditions {
            if case .objectsNamedLater = request.resource, condition.asksForObject {
                extent = .some
            } else if !condition.isMet(in: context, effect: effect) {
                return .none
            }
        }
        return extent
    }
}

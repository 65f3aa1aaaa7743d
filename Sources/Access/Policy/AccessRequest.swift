/// One thing somebody wants to do.
package struct AccessRequest: Sendable {
    package let action: PolicyAction
    package let resource: PolicyResource
    package let caller: Caller
    /// Everybody with a signature may unless a policy denies it, as with changing one's own password.
    package let isGrantedByDefault: Bool

    package init(
        _ action: PolicyAction,
        on resource: PolicyResource,
        by caller: Caller,
        isGrantedByDefault: Bool = false
    ) {
        (self.action, self.resource, self.caller) = (action, resource, caller)
        self.isGrantedByDefault = isGrantedByDefault
    }
}

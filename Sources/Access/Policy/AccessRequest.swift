/// One thing somebody wants to do.
package struct AccessRequest: Sendable {
    package let action: PolicyAction
    package let resource: PolicyResource
    package let caller: Caller
    /// Everybody with a signature may unless a policy denies it, as with changing one's own password.
    package let isGrantedByDefault: Bool
    /// Whether the resource is a bucket by its name.
    let namesBucket: Bool
    let isOnServer: Bool

    package init(
        _ action: PolicyAction,
        on resource: PolicyResource,
        by caller: Caller,
        isGrantedByDefault: Bool = false
    ) {
        (self.action, self.resource, self.caller) = (action, resource, caller)
        self.isGrantedByDefault = isGrantedByDefault
        switch resource {
        case .named(let name):
            isOnServer = false
            namesBucket =
                !name.utf8.contains(UInt8(ascii: "/")) && name.utf8.starts(with: ResourceSet.prefix.utf8)
        case .objectsNamedLater, .everyObject: (isOnServer, namesBucket) = (false, false)
        case .server: (isOnServer, namesBucket) = (true, false)
        }
    }

    /// Whether a statement that allows so much of the resource allows the request.
    func isAllowed(by extent: Extent) -> Bool { needsWhole ? extent == .all : extent != .none }

    /// Whether a statement that denies so much of it denies it.
    func isDenied(by extent: Extent) -> Bool { needsWhole ? extent != .none : extent == .all }

    private var needsWhole: Bool {
        switch resource {
        case .everyObject: true
        case .named, .objectsNamedLater, .server: false
        }
    }
}

/// One thing a request must be allowed to do.
package struct Right: Sendable, Hashable {
    package let action: Action
    package let resource: S3Resource
    /// Everybody with a signature may unless a policy denies it, as with making a service account for oneself.
    package let isGrantedByDefault: Bool

    package init(_ action: S3Action, on resource: S3Resource) {
        (self.action, self.resource, isGrantedByDefault) = (.s3(action), resource, false)
    }

    /// To be done to the server as a whole.
    package init(_ action: AdminAction, isGrantedByDefault: Bool = false) {
        (self.action, resource) = (.admin(action), .server)
        self.isGrantedByDefault = isGrantedByDefault
    }

    /// Everybody's, unless denied.
    package init(_ action: STSAction) {
        (self.action, resource, isGrantedByDefault) = (.sts(action), .server, true)
    }
}

/// The rights one request needs, all of them. Cannot be empty, so an operation without a right does not
/// compile.
package struct Rights: Sendable, Hashable {
    package let first: Right
    package let others: [Right]

    package init(_ first: Right, _ others: Right...) {
        self.first = first
        self.others = others
    }

    package init(_ first: Right, others: [Right]) {
        self.first = first
        self.others = others
    }

    package var all: [Right] { [first] + others }
}

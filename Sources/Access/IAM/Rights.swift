/// One thing a request must be allowed to do.
package struct Right: Sendable, Hashable {
    package let action: Action
    package let resource: S3Resource
    /// Everybody with a signature may unless a policy denies it, as with making a service account for oneself.
    package let isGrantedByDefault: Bool
    /// Whether it is about a bucket or an object that the same request makes: nobody but its maker has granted
    /// anything of it yet. A bucket policy may still deny it.
    package let isOfCreation: Bool

    package init(_ action: S3Action, on resource: S3Resource, isOfCreation: Bool = false) {
        (self.action, self.resource, isGrantedByDefault) = (.s3(action), resource, false)
        self.isOfCreation = isOfCreation
    }

    /// To be done to the server as a whole.
    package init(_ action: AdminAction, isGrantedByDefault: Bool = false) {
        (self.action, resource) = (.admin(action), .server)
        self.isGrantedByDefault = isGrantedByDefault
        isOfCreation = false
    }

    /// Everybody's, unless denied.
    package init(_ action: STSAction) {
        (self.action, resource, isGrantedByDefault) = (.sts(action), .server, true)
        isOfCreation = false
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

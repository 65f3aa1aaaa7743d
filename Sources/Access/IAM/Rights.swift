/// One thing a request must be allowed to do.
package struct Right: Sendable, Hashable {
    package let action: S3Action
    package let resource: S3Resource

    package init(_ action: S3Action, on resource: S3Resource) {
        self.action = action
        self.resource = resource
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

    package var all: [Right] { [first] + others }
}

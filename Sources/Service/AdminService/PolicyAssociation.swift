internal import IAM

/// Policies to attach to, or detach from, one user or group.
struct PolicyAssociation {
    let policies: [String]
    let holder: PolicyHolder

    init(parsing bytes: [UInt8]) throws(AdminError) {
        let body = try ReceivedObject(parsing: bytes)
        policies = (try body.texts("policies") ?? []).flatMap { PolicyNames.split($0) }
        guard !policies.isEmpty else { throw AdminError(.invalidArgument, "No policy names were given.") }
        switch (try body.nonEmptyText("user"), try body.nonEmptyText("group")) {
        case (let user?, nil): holder = .user(user)
        case (nil, let group?): holder = .group(group)
        case (nil, nil): throw AdminError(.invalidArgument, "No user or group was given.")
        case (.some, .some): throw AdminError(.invalidArgument, "Both a user and a group were given.")
        }
    }
}

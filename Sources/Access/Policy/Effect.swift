/// What a statement does to the requests that it matches.
package enum Effect: String, Sendable, Hashable {
    case allow = "Allow"
    case deny = "Deny"
}

/// Whether a user, group or service account may be used.
package enum AccountStatus: String, Sendable, Hashable {
    case enabled
    case disabled
}

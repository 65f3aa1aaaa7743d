package import Base
package import JSON
package import Telemetry

/// A service account to be made.
package struct ServiceAccountRequest: Sendable {
    /// A user, the root user, or an external one.
    package var parent: String
    /// `nil` makes twenty letters and digits.
    package var accessKey: String?
    /// `nil` makes forty. Not without an access key, and the other way round.
    package var secret: Secret?
    /// `nil`, `null` and `{}` inherit all of the parent's rights.
    package var sessionPolicy: [UInt8]?
    package var name: String?
    package var description: String?
    package var expiration: Timestamp?
    package var status = AccountStatus.enabled
    /// What an external parent's login said: a directory's or provider's claims and groups, kept with the account.
    package var claims = JSONObject()
    package var groups: [String] = []

    package init(parent: String) { self.parent = parent }
}

/// What to change of a service account; `nil` leaves it.
package struct ServiceAccountUpdate: Sendable {
    package var secret: Secret?
    /// `null` and `{}` make it inherit all of the parent's rights.
    package var sessionPolicy: [UInt8]?
    package var name: String?
    package var description: String?
    /// The epoch takes the end away.
    package var expiration: Timestamp?
    package var status: AccountStatus?

    package init() {}
}

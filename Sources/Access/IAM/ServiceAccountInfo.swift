package import Base
package import JSON

/// A service account, without its secret.
package struct ServiceAccountInfo: Sendable, Equatable {
    package let accessKey: String
    package let parent: String
    package let status: AccountStatus
    package let name: String?
    package let description: String?
    /// `nil` is never.
    package let expiration: Timestamp?
    /// `nil` when it has all of its parent's rights.
    package let sessionPolicy: [UInt8]?
    package let groups: [String]
    package let claims: JSONObject
    package let updatedAt: Timestamp?
    package let unreadablePath: String?
}

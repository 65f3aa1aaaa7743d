/// Whose buckets and users are. Users of one account need one side's leave, those of another both sides'.
package struct Account: Sendable, Hashable {
    /// What stands in ARNs: twelve digits, or nothing for the server's own account, as in MinIO's ARNs
    /// (`arn:aws:iam:::user/alice`).
    package let id: String
    /// The canonical user id that owners have in S3's answers and that policies and grants may name.
    package let canonicalID: String
    package let displayName: String

    package init(id: String, canonicalID: String, displayName: String) {
        (self.id, self.canonicalID, self.displayName) = (id, canonicalID, displayName)
    }

    /// Everybody's who was given no other. The canonical id is the one MinIO answers, which some clients
    /// remember.
    package static let server = Account(
        id: "",
        canonicalID: "02d6176db174dc93cb1b899f7c6078f08654445fe8cf1b6ce98d8855f66bdbf4",
        displayName: "martlet"
    )
}

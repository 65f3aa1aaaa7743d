package import Policy

/// What an object itself says about who may, in a bucket where access control lists are in force.
package struct ObjectAccess: Sendable, Hashable {
    /// The canonical id of the account that the object belongs to.
    package let ownerID: String
    /// What its list grants the caller, of the action that is asked about.
    package let aclGrant: PolicyLayers.ACLGrant

    package init(ownerID: String, aclGrant: PolicyLayers.ACLGrant) {
        (self.ownerID, self.aclGrant) = (ownerID, aclGrant)
    }
}

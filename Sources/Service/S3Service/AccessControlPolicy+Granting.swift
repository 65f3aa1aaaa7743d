internal import IAM
internal import Policy
internal import S3API

extension AccessControlPolicy {
    /// What the list grants the sender of a request.
    ///
    /// What it grants its owner is left out: in the owner's account, policies say who may.
    func grant(of permission: Permission, to identity: Identity) -> PolicyLayers.ACLGrant {
        var isGrantedToPublic = false
        for grant in grants where grant.permission.includes(permission) {
            switch grant.grantee {
            case .user(let user):
                guard let account = identity.signed?.account, !user.hasSameID(as: owner),
                    user.id.utf8.elementsEqual(account.canonicalID.utf8)
                else { continue }
                return .toCaller
            case .group(.allUsers): isGrantedToPublic = true
            case .group(.authenticatedUsers): if identity.signed != nil { isGrantedToPublic = true }
            case .group(.logDelivery), .email: continue
            }
        }
        return isGrantedToPublic ? .toPublic : .none
    }
}

extension S3Action {
    /// What a bucket's list must grant for it; `nil` for an action that no bucket's list can grant.
    var bucketPermission: AccessControlPolicy.Permission? { Self.bucketPermissions[self] }

    /// What an object's list must grant for it; `nil` for an action in which objects have no say.
    var objectPermission: AccessControlPolicy.Permission? { Self.objectPermissions[self] }

    // As the S3 user guide maps permissions to actions ("Mapping of ACL permissions and access policy permissions"). To
    // overwrite and to delete are one thing: who may write may delete the newest version, but no version for good.
    private static let bucketPermissions: [S3Action: AccessControlPolicy.Permission] = [
        .listBucket: .read, .listBucketVersions: .read, .listBucketMultipartUploads: .read,
        .putObject: .write, .deleteObject: .write, .abortMultipartUpload: .write,
        .listMultipartUploadParts: .write,
        .getBucketAcl: .readACP, .putBucketAcl: .writeACP,
    ]

    private static let objectPermissions: [S3Action: AccessControlPolicy.Permission] = [
        .getObject: .read, .getObjectVersion: .read,
        .getObjectAttributes: .read, .getObjectVersionAttributes: .read,
        .getObjectAcl: .readACP, .getObjectVersionAcl: .readACP,
        .putObjectAcl: .writeACP, .putObjectVersionAcl: .writeACP,
    ]
}

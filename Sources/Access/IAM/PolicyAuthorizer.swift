package import Policy

/// Decides by policies: the identity's, its session's, and the bucket's.
package struct PolicyAuthorizer<Buckets: BucketPolicySource>: Authorizer {
    private let buckets: Buckets

    package init(buckets: Buckets) { self.buckets = buckets }

    package func decide(
        _ rights: Rights,
        for identity: Identity,
        in context: some RequestContext,
        object: ObjectAccess?
    ) async -> Decision {
        let context = IdentityContext(identity: identity, request: context)
        var grounds: [Decision.Grounds] = []
        for right in rights.all {
            switch decide(right, for: identity, in: context, object) {
            case .success(let ground): grounds.append(ground)
            case .failure(let missing): return .denied(right, missing.grounds)
            }
        }
        return .allowed(grounds)
    }

    private struct Missing: Error { let grounds: Decision.Grounds }

    private func decide(
        _ right: Right,
        for identity: Identity,
        in context: some RequestContext,
        _ object: ObjectAccess?
    ) -> Result<Decision.Grounds, Missing> {
        if let path = identity.signed?.unreadable.first {
            return .failure(Missing(grounds: .unreadable(path: path)))
        }
        // A bucket that is to be made has no owner yet. Where the name is taken, the operation says so, and not
        // the one who has it.
        let access = right.isAboutNewBucket ? nil : right.resource.bucket.flatMap(buckets.access(toBucket:))
        let layers: PolicyLayers
        switch self.layers(right, identity, access, object) {
        case .success(let found): layers = found
        case .failure(let missing): return .failure(missing)
        }
        let caller: Caller = identity.signed.map { .signed($0.principal) } ?? .anonymous
        let request = AccessRequest(
            right.action.policyAction,
            on: right.resource.policyResource,
            by: caller,
            isGrantedByDefault: right.isGrantedByDefault
        )
        let names = Names(right: right, identity: identity, layers: layers)
        switch layers.decide(request, in: context) {
        case .allowed(let grant): return .success(names.grounds(of: grant))
        case .denied(let denial): return .failure(Missing(grounds: names.grounds(of: denial)))
        }
    }

    private func layers(
        _ right: Right,
        _ identity: Identity,
        _ access: BucketAccess?,
        _ object: ObjectAccess?
    ) -> Result<PolicyLayers, Missing> {
        var layers = PolicyLayers(
            identityPolicies: identity.signed?.policies.map(\.document) ?? [],
            sessionPolicies: identity.signed?.sessionPolicies ?? []
        )
        guard let access else { return .success(layers) }
        layers.bucketOwner = access.ownerID
        layers.publicAccessBlock = access.publicAccessBlock
        if right.isOfCreation {
            // Whoever makes an object says who may what with it, as far as the own account's policies let him.
            layers.objectOwner = identity.signed?.account.canonicalID
            if identity.signed == nil, case .object = right.resource {
                // Nobody has policies: whoever the bucket's list lets write says so too.
                layers.aclGrant = buckets.aclGrant(of: .s3(.putObject), on: right.resource, to: identity)
            }
        } else if let object {
            (layers.objectOwner, layers.aclGrant) = (object.ownerID, object.aclGrant)
        } else {
            layers.aclGrant = buckets.aclGrant(of: right.action, on: right.resource, to: identity)
        }
        switch access.policy {
        case .none: break
        case .document(let document): layers.bucketPolicy = document
        case .unreadable:
            guard let signed = identity.signed, signed.isAccountOwner, signed.sessionPolicies.isEmpty,
                signed.account.canonicalID.utf8.elementsEqual(access.ownerID.utf8)
            else {
                let bucket = right.resource.bucket ?? ""
                return .failure(Missing(grounds: .unreadable(path: "the policy of bucket \"\(bucket)\"")))
            }
        }
        return .success(layers)
    }
}

/// Names what decided.
private struct Names {
    let right: Right
    let identity: Identity
    let layers: PolicyLayers

    func grounds(of grant: AccessDecision.Grant) -> Decision.Grounds {
        switch grant {
        case .accountOwner: .accountOwner
        case .statement(let statement): name(of: statement)
        case .acl: .accessControlList
        case .byDefault: .byDefault
        }
    }

    func grounds(of denial: AccessDecision.Denial) -> Decision.Grounds {
        switch denial {
        case .statement(let statement): name(of: statement)
        case .notGranted: .notGranted
        case .notGrantedByIdentity: .notGrantedByIdentity
        case .notGrantedByBucket: .notGrantedByBucket
        case .notGrantedBySession: .notGrantedBySession
        }
    }

    private func name(of statement: AccessDecision.Statement) -> Decision.Grounds {
        let (layer, document): (Decision.Layer, PolicyDocument?) =
            switch statement.layer {
            case .identity(let index):
                (
                    .identity(policy: identity.signed?.policies[index].name ?? ""),
                    layers.identityPolicies[index]
                )
            case .session(let index): (.session(index: index), layers.sessionPolicies[index])
            case .bucketPolicy:
                (.bucketPolicy(bucket: right.resource.bucket ?? ""), layers.bucketPolicy)
            }
        return .statement(
            layer,
            number: statement.index + 1,
            sid: document?.sid(ofStatement: statement.index)
        )
    }
}

extension Right {
    fileprivate var isAboutNewBucket: Bool {
        switch resource {
        case .bucket: action == .s3(.createBucket) || isOfCreation
        case .everything, .object, .objectsNamedLater, .everyObject, .server: false
        }
    }
}

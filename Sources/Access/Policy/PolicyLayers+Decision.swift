extension PolicyLayers {
    /// Decides one request. Asks `context` only for keys that a statement in question needs.
    package func decide(_ request: AccessRequest, in context: some RequestContext) -> AccessDecision {
        let identity = verdict(of: identityPolicies, request, context) { .identity($0) }
        if case .denies(let statement) = identity { return .denied(.statement(statement)) }

        var missingSession: Int?
        for index in sessionPolicies.indices {
            switch verdict(of: sessionPolicies[index], request, context) {
            case .denies(let statement):
                return .denied(.statement(.init(.session(index), statement)))
            case .allows: break
            case .silent: missingSession = missingSession ?? index
            }
        }

        var bucket = bucketPolicy.map { verdict(of: $0, request, context) } ?? .silent
        if case .denies(let statement) = bucket, !mendsOwnPolicy(request) {
            return .denied(.statement(.init(.bucketPolicy, statement)))
        }
        // Whoever owns the bucket cannot give away what is another's.
        if objectIsOfAnotherAccount { bucket = .silent }
        switch request.caller {
        case .anonymous: return decideUnsigned(bucket)
        case .signed(let principal):
            // A narrowed session stays narrow: what it does not allow is not its by default either.
            if request.isGrantedByDefault, missingSession == nil { return .allowed(.byDefault) }
            let own: AccessDecision.Grant? =
                if case .allows(let statement) = identity { .statement(statement) } else { nil }
            return decide(principal, own: own, bucket: bucket, missingSession: missingSession)
        }
    }

    private func decideUnsigned(_ bucket: PolicyDocument.Verdict) -> AccessDecision {
        if !restrictsPublicPolicy, case .allows(let statement, let match) = bucket, match > .account {
            return .allowed(.statement(.init(.bucketPolicy, statement)))
        }
        return isGrantedByACL ? .allowed(.acl) : .denied(.notGrantedByBucket)
    }

    private func decide(
        _ principal: Principal,
        own: AccessDecision.Grant?,
        bucket: PolicyDocument.Verdict,
        missingSession: Int?
    ) -> AccessDecision {
        let own = principal.isAccountOwner ? .accountOwner : own
        if let owner = objectOwner ?? bucketOwner, !owner.hasSameBytes(as: principal.canonicalID) {
            guard grantsAcrossAccounts(bucket) || isGrantedByACL else { return .denied(.notGrantedByBucket) }
            guard let own else { return .denied(.notGrantedByIdentity) }
            return missingSession.map { .denied(.notGrantedBySession($0)) } ?? .allowed(own)
        }
        var granted = own
        if case .allows(let statement, let match) = bucket, match > .account {
            let grant = AccessDecision.Grant.statement(.init(.bucketPolicy, statement))
            if match == .session, own == nil || missingSession != nil { return .allowed(grant) }
            granted = granted ?? grant
        }
        if granted == nil, aclGrant == .toPublic, isGrantedByACL { granted = .acl }
        guard let granted else { return .denied(.notGranted) }
        return missingSession.map { .denied(.notGrantedBySession($0)) } ?? .allowed(granted)
    }

    private func grantsAcrossAccounts(_ bucket: PolicyDocument.Verdict) -> Bool {
        guard !restrictsPublicPolicy, case .allows = bucket else { return false }
        return true
    }

    private var objectIsOfAnotherAccount: Bool {
        guard let objectOwner, let bucketOwner else { return false }
        return !objectOwner.hasSameBytes(as: bucketOwner)
    }

    private var restrictsPublicPolicy: Bool {
        publicAccessBlock.restrictsPublicBuckets && bucketPolicy?.isPublic == true
    }

    private var isGrantedByACL: Bool {
        switch aclGrant {
        case .none: false
        case .toPublic: !publicAccessBlock.ignoresPublicACLs
        case .toCaller: true
        }
    }

    /// The owner of the bucket's account can always see, replace and remove a bucket policy, lest one that
    /// denies everybody lock everybody out. Its sessions and service accounts with a policy of their own
    /// cannot.
    private func mendsOwnPolicy(_ request: AccessRequest) -> Bool {
        guard case .signed(let principal) = request.caller, principal.isAccountOwner,
            sessionPolicies.isEmpty, let bucketOwner, bucketOwner.hasSameBytes(as: principal.canonicalID)
        else { return false }
        return Self.mendingActions.contains(request.action.index)
    }

    private static let mendingActions: [Int?] = [
        "s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy",
    ].map { PolicyAction($0).index }

    private enum Combined {
        case allows(AccessDecision.Statement)
        case denies(AccessDecision.Statement)
        case silent
    }

    private func verdict(
        of documents: [PolicyDocument],
        _ request: AccessRequest,
        _ context: some RequestContext,
        _ layer: (Int) -> AccessDecision.Layer
    ) -> Combined {
        var allowing: AccessDecision.Statement?
        for index in documents.indices {
            switch verdict(of: documents[index], request, context) {
            case .denies(let statement): return .denies(.init(layer(index), statement))
            case .allows(let statement, _): allowing = allowing ?? .init(layer(index), statement)
            case .silent: break
            }
        }
        return allowing.map { .allows($0) } ?? .silent
    }

    private func verdict(
        of document: PolicyDocument,
        _ request: AccessRequest,
        _ context: some RequestContext
    ) -> PolicyDocument.Verdict {
        document.verdict(for: request, in: context)
    }
}

internal import Base
internal import IAM
internal import JSON
internal import Policy

/// What keeps a caller from making itself keys that may do more, or live longer, than its own.
///
///     caller has a session policy    a key of its own has the same policy; none with another, none of others
///     caller is a certificate's      a key ends when the caller's do, or before
///
/// A stored key has room for one session policy, and no policy says what two of them say together.
struct KeyBounds {
    private let caller: SignedIdentity

    init(of caller: SignedIdentity) { self.caller = caller }

    private var isNarrowed: Bool { !caller.sessionPolicies.isEmpty }

    /// - Parameter isOwn: whether the key is for whoever the caller's are for.
    func apply(to request: inout ServiceAccountRequest, isOwn: Bool) throws(AdminError) {
        if isNarrowed {
            guard isOwn, request.sessionPolicy == nil, caller.sessionPolicies.count == 1 else {
                throw AdminError(
                    .accessDenied,
                    "The caller's session policy narrows it: it makes keys for itself alone, without a policy in the request, and they have the caller's."
                )
            }
            request.sessionPolicy = caller.sessionPolicies[0].canonicalText
        }
        try check(expiration: request.expiration ?? .epoch)
    }

    /// - Parameter accessKey: of the service account that is to change.
    func check(_ update: ServiceAccountUpdate, of accessKey: String) throws(AdminError) {
        if isNarrowed {
            // Another key's secret would be as good as a wider key.
            guard accessKey.utf8.elementsEqual(caller.accessKey.utf8), update.sessionPolicy == nil,
                update.expiration == nil
            else {
                throw AdminError(
                    .accessDenied,
                    "The caller's session policy narrows it: it changes no other key, and neither its own policy nor its end."
                )
            }
        }
        if let expiration = update.expiration { try check(expiration: expiration) }
    }

    /// - Parameter expiration: the epoch is never.
    private func check(expiration: Timestamp) throws(AdminError) {
        guard isOfCertificate else { return }
        guard let end = callersEnd, expiration != .epoch, expiration <= end else {
            throw AdminError(
                .expirationInvalid,
                "Keys that a client's certificate stands behind need an expiration, no later than that of the caller's session."
            )
        }
    }

    /// Who is vouched for by a certificate, and not a stored user of that name.
    private var isOfCertificate: Bool {
        caller.isDerived && caller.userName.hasPrefix("tls:") && caller.claims["iss"] != nil
    }

    private var callersEnd: Timestamp? {
        caller.claims["exp"]?.number?.integer(as: Int64.self).flatMap {
            $0 > 0 ? Timestamp(seconds: $0) : nil
        }
    }
}

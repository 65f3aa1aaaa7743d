internal import Base
package import Engine
package import IAM
internal import Policy
package import S3API

/// Asks whether the sender of one request may do something. Every right is asked about with the conditions that hold for
/// it: the version that is meant, the tags of that very object.
package struct AccessCheck: Sendable {
    /// Told of each decision, for the audit line.
    package typealias Audit = @Sendable (_ rights: Rights, _ decision: Decision) -> Void

    package let identity: Identity
    package let conditions: RequestConditions
    private let authorizer: any Authorizer
    private let tags: ExistingTags?
    private let lists: ExistingLists?
    private let audit: Audit?

    /// - Parameters:
    ///   - tags: `nil` where no policy can ask for them.
    ///   - lists: `nil` where no object has an owner or list of its own.
    package init(
        _ identity: Identity,
        authorizer: any Authorizer,
        conditions: RequestConditions,
        tags: ExistingTags? = nil,
        lists: ExistingLists? = nil,
        audit: Audit? = nil
    ) {
        (self.identity, self.authorizer, self.conditions) = (identity, authorizer, conditions)
        (self.tags, self.lists, self.audit) = (tags, lists, audit)
    }

    /// Allowed only if every right is.
    ///
    /// - Parameters:
    ///   - versionID: of the object, where it does not stand in the request's head.
    ///   - values: conditions that replace those of the request's head; an empty list takes the key away.
    package func decide(
        _ rights: Rights,
        versionID: VersionID? = nil,
        values: [String: [String]] = [:]
    ) async -> Decision {
        var grounds: [Decision.Grounds] = []
        for right in rights.all {
            switch await decide(right, versionID, values) {
            case .allowed(let found): grounds += found
            case .denied(let right, let found):
                audit?(rights, .denied(right, found))
                return .denied(right, found)
            }
        }
        audit?(rights, .allowed(grounds))
        return .allowed(grounds)
    }

    package func isAllowed(
        _ rights: Rights,
        versionID: VersionID? = nil,
        values: [String: [String]] = [:]
    ) async -> Bool {
        await decide(rights, versionID: versionID, values: values).isAllowed
    }

    /// Asks once more about a right that was granted, now that the version that is read is at hand: since its tags and
    /// list were read for the decision, the object may have been replaced by one with others.
    ///
    /// - Parameter values: as for the decision.
    /// - Throws: ``S3Error/Code-swift.enum/accessDenied``.
    package func confirm(
        _ right: Right,
        on version: ObjectVersion,
        values: [String: [String]] = [:]
    ) async throws(S3Error) {
        let dependsOnTags = tags?.matter(to: right, for: identity) == true
        let deciding = lists.flatMap { $0.matter(to: right) ? $0 : nil }
        guard dependsOnTags || deciding != nil else { return }
        var conditions = conditions(for: right, nil, values)
        if dependsOnTags {
            do throws(EngineError) {
                conditions.existingTags = try ExistingTags.tags(of: version)
            } catch {
                throw S3Error(from: error)
            }
        }
        let object = try deciding?.access(by: right, to: version, for: identity)
        let decision = await authorizer.decide(
            Rights(right),
            for: identity,
            in: conditions,
            object: object ?? nil
        )
        guard decision.isAllowed else {
            audit?(Rights(right), decision)
            throw S3Error(.accessDenied)
        }
    }

    private func decide(
        _ right: Right,
        _ versionID: VersionID?,
        _ values: [String: [String]]
    ) async -> Decision {
        var conditions = conditions(for: right, versionID, values)
        if let tags, tags.matter(to: right, for: identity), case .object(let bucket, let key) = right.resource
        {
            do throws(S3Error) {
                conditions.existingTags = try await tags.tags(
                    of: ObjectAddress(bucket: bucket, key: key),
                    version: try VersionID(conditions.values(of: Self.versionKey)?.first)
                )
            } catch {
                return .denied(right, .unreadable(path: "the tags of \(right.resource.arn)"))
            }
        }
        var access: ObjectAccess?
        if let lists, lists.matter(to: right), case .object(let bucket, let key) = right.resource {
            do throws(S3Error) {
                access = try await lists.access(
                    by: right,
                    to: ObjectAddress(bucket: bucket, key: key),
                    version: try VersionID(conditions.values(of: Self.versionKey)?.first),
                    for: identity
                )
            } catch {
                return .denied(right, .unreadable(path: "the access control list of \(right.resource.arn)"))
            }
        }
        return await authorizer.decide(Rights(right), for: identity, in: conditions, object: access)
    }

    private static let versionKey = "s3:versionid"

    private func conditions(
        for right: Right,
        _ versionID: VersionID?,
        _ values: [String: [String]]
    ) -> RequestConditions {
        var conditions = conditions
        if let source = conditions.copySourceVersion(for: right) {
            conditions.replaced[Self.versionKey] = source
        }
        if let versionID { conditions.replaced[Self.versionKey] = versionID.text.map { [$0] } ?? [] }
        conditions.replaced.merge(values) { _, new in new }
        return conditions
    }
}

package import Base
internal import S3API

/// What becomes of a version.
package enum LifecycleAction: Sendable, Hashable {
    /// The newest version expires: it is hidden by a delete marker where the bucket keeps versions, and gone where it does
    /// not.
    case expireNewest(ruleID: String)
    /// The version is removed for good.
    case removeVersion(ruleID: String)
}

/// Goes through the versions of one key from the newest to the oldest and says what is due for each.
///
///     visit   v5 newest       Expiration
///     visit   v4 noncurrent   NoncurrentVersionExpiration: days since v5 was written, v5 … the newer ones that stay
///     visit   v3 noncurrent
///     finish                  a marker that was all there is
///
/// Needs the same little memory for a key with one version and for one with ten thousand.
package struct KeyHistory: Sendable {
    private let lifecycle: Lifecycle
    private let key: String
    private let keepsVersions: Bool
    private let day: DayLength
    private let now: Timestamp
    private var newest: VersionFacts?
    /// When the version visited next ceased to be the newest.
    private var successorWritten: Timestamp?
    private var visitedCount = 0
    /// Objects that are not the newest; markers are not what anybody wants to have kept.
    private var noncurrentObjectCount = 0

    /// - Parameter keepsVersions: whether the bucket's versioning is enabled, so that what expires stays as a version.
    package init(_ lifecycle: Lifecycle, key: String, keepsVersions: Bool, day: DayLength, now: Timestamp) {
        (self.lifecycle, self.key, self.keepsVersions) = (lifecycle, key, keepsVersions)
        (self.day, self.now) = (day, now)
    }

    /// - Parameter version: older than those before.
    /// - Returns: what is due for it now, `nil` if it stays.
    package mutating func visit(_ version: VersionFacts) -> LifecycleAction? {
        defer {
            visitedCount += 1
            successorWritten = version.modified
        }
        guard let successorWritten else {
            newest = version
            return dueForNewest(version)
        }
        defer { if !version.isDeleteMarker { noncurrentObjectCount += 1 } }
        return version.isHeld ? nil : dueForNoncurrent(version, since: successorWritten)
    }

    /// To be called behind the last version.
    ///
    /// - Returns: what is due for a delete marker that is the key's only version.
    package func finish() -> LifecycleAction? {
        guard let newest, visitedCount == 1, newest.isDeleteMarker, !newest.isHeld else { return nil }
        for rule in lifecycle.rules where rule.isAbout(key, newest) {
            switch rule.expiration {
            case .expiredDeleteMarker(true): return .removeVersion(ruleID: rule.id)
            case .days(let days):
                if hasPassed(days, since: newest.modified) { return .removeVersion(ruleID: rule.id) }
            case .expiredDeleteMarker(false), .date, nil: continue
            }
        }
        return nil
    }

    private func dueForNewest(_ version: VersionFacts) -> LifecycleAction? {
        guard keepsVersions || !version.isHeld,
            let expiry = lifecycle.expiry(ofNewest: version, key: key, day: day), expiry.date <= now
        else { return nil }
        return .expireNewest(ruleID: expiry.ruleID)
    }

    private func dueForNoncurrent(_ version: VersionFacts, since written: Timestamp) -> LifecycleAction? {
        for rule in lifecycle.rules {
            guard let expiration = rule.noncurrentExpiration, rule.isAbout(key, version),
                noncurrentObjectCount >= expiration.newerCount ?? 0,
                expiration.days.map({ hasPassed($0, since: written) }) ?? true
            else { continue }
            return .removeVersion(ruleID: rule.id)
        }
        return nil
    }

    private func hasPassed(_ days: Int, since start: Timestamp) -> Bool {
        day.end(of: days, after: start).map { $0 <= now } ?? false
    }
}

internal import Base
internal import HTTP
package import IAM
internal import JSON

/// `GET ilm/expiry/status`: whether lifecycle rules are carried out, how fast, and how far the work is. The fields that
/// RustFS has too have its names; those of its queue are missing, as there is none.
package struct ILMExpiryStatus: AdminOperation {
    package static let route = AdminRoute(.get, "ilm/expiry/status")

    package init(parsing call: AdminCall) throws(AdminError) {}

    package var rights: Rights { Rights(Right(.serverInfo)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let facts = context.services.facts.expiry()
        var object = JSONObject()
        object.set("enabled", .boolean(facts.isEnabled))
        object.set("disabled_reason", facts.isEnabled ? .null : "SCANNER_ENABLED is off")
        object.set("speed", .string(facts.speed))
        object.set("freshness", Self.freshness(facts, now: context.services.time.now))
        object.set(
            "lifecycle_expiry",
            [
                "current_workers": .integer(facts.isEnabled ? 1 : 0),
                "current_active": .integer(facts.current == nil ? 0 : 1),
                "delete_failed": .integer((facts.current ?? facts.last)?.failureCount ?? 0),
            ]
        )
        object.set("current_cycle_lifecycle_expiry_actions", .integer(facts.current?.actionCount ?? 0))
        object.set("last_cycle_lifecycle_expiry_actions", .integer(facts.last?.actionCount ?? 0))
        object.set("current_cycle", facts.current.map(Self.json) ?? .null)
        object.set("last_cycle", facts.last.map(Self.json) ?? .null)
        return AdminResponse(json: .object(object))
    }

    /// Stale is what has not come to its end for two intervals.
    private static func freshness(_ facts: ExpiryFacts, now: Timestamp) -> JSONValue {
        let ageMax = facts.interval.components.seconds * 2
        let ended = facts.last?.ended
        let state: JSONValue =
            if let ended { now.seconds - ended.seconds > ageMax ? "stale" : "fresh" } else { "unknown" }
        return [
            "state": state,
            "last_cycle_end_unix_secs": .integer(ended?.seconds ?? 0),
            "max_expected_age_seconds": .integer(ageMax),
        ]
    }

    private static func json(_ pass: ExpiryFacts.Pass) -> JSONValue {
        [
            "started_unix_secs": .integer(pass.started.seconds),
            "ended_unix_secs": pass.ended.map { .integer($0.seconds) } ?? .null,
            "bucket": pass.bucket.map { .string($0) } ?? .null,
            "buckets": .integer(pass.bucketCount), "versions": .integer(pass.versionCount),
            "expired": .integer(pass.expiredCount), "removed": .integer(pass.removedCount),
            "aborted_uploads": .integer(pass.abortedUploadCount), "refused": .integer(pass.refusedCount),
            "failures": .integer(pass.failureCount),
            "first_failure": pass.firstFailure.map { .string($0) } ?? .null,
        ]
    }
}

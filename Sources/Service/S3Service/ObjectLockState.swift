package import Base
package import Engine
package import S3API
internal import XLMeta

/// How a stored version is locked.
///
/// What cannot be understood locks: whoever wrote it meant to keep the version.
///
///     legal hold ON                         kept
///     COMPLIANCE, date to come              kept; the date may be put off
///     GOVERNANCE, date to come              kept, unless bypassed; the date may be put off
///     date passed, or none                  free
package struct ObjectLockState: Sendable, Hashable {
    /// As they are stored; empty for none.
    package let modeText: String
    package let untilText: String
    package let legalHoldText: String

    package init(of version: ObjectVersion) {
        modeText = version.metadata(UserMetadataKey.objectLockMode) ?? ""
        untilText = version.metadata(UserMetadataKey.objectLockRetainUntil) ?? ""
        legalHoldText = version.metadata(UserMetadataKey.objectLockLegalHold) ?? ""
    }

    package var hasRetention: Bool { !modeText.isEmpty && !untilText.isEmpty }

    /// `nil` for none.
    package var legalHold: LegalHold? {
        legalHoldText.isEmpty ? nil : LegalHold(rawValue: legalHoldText.uppercased()) ?? .on
    }

    private var mode: RetentionMode { RetentionMode(rawValue: modeText.uppercased()) ?? .compliance }

    /// `nil` where it is beyond what can be read: for ever.
    private var until: Timestamp? { Timestamp(iso8601: untilText) }

    private func isRetained(at now: Timestamp) -> Bool {
        hasRetention && until.map { $0 > now } ?? true
    }

    /// - Parameter bypassesGovernance: whether the sender asks for that and has the right.
    package func refusalOfDeletion(at now: Timestamp, bypassesGovernance: Bool) -> CommitRefusal? {
        if legalHold == .on {
            return .forbidden("Access Denied because object protected by object lock: a legal hold is on.")
        }
        guard isRetained(at: now), !(mode == .governance && bypassesGovernance) else { return nil }
        return .forbidden("Access Denied because object protected by object lock until \(untilText).")
    }

    /// - Parameter retention: what is to be in force; `nil` for none.
    package func refusal(
        ofChangeTo retention: Retention?,
        at now: Timestamp,
        bypassesGovernance: Bool
    ) -> CommitRefusal? {
        guard isRetained(at: now) else { return nil }
        if let retention, retention.mode == mode, let until, retention.until >= until { return nil }
        switch mode {
        case .governance where bypassesGovernance: return nil
        case .governance, .compliance:
            return .forbidden(
                "Access Denied because object protected by object lock: \(modeText) retention until \(untilText) can be extended only."
            )
        }
    }
}

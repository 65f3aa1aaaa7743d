package import Base
package import Engine
package import Lifecycle
internal import S3API
internal import XLMeta

extension VersionFacts {
    package init(_ version: ObjectVersion, now: Timestamp) {
        self.init(
            isDeleteMarker: version.isDeleteMarker,
            modified: version.modified,
            size: version.size,
            tags: Tagging(encoded: version.metadata(UserMetadataKey.tagging) ?? "")?.tags,
            isHeld: version.isHeld(at: now)
        )
    }
}

extension ObjectVersion {
    /// Whether nobody may remove it for good now without being asked: it is locked, still to be replicated, or its data lies
    /// elsewhere, where it would be left behind. What cannot be read counts as said.
    fileprivate func isHeld(at now: Timestamp) -> Bool {
        let isLocked =
            ObjectLockState(of: self).refusalOfDeletion(at: now, bypassesGovernance: false) != nil
        switch metadata(UserMetadataKey.replicationStatus)?.uppercased() {
        case "PENDING", "FAILED": return true
        case nil, .some: break
        }
        return isLocked || internalMetadata(InternalMetadataKey.transitionStatus) == Array("complete".utf8)
    }
}

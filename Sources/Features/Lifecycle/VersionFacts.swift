package import Base
package import S3API

/// What rules ask of a version of an object, or of a delete marker.
package struct VersionFacts: Sendable, Hashable {
    package var isDeleteMarker: Bool
    package var modified: Timestamp
    /// Bytes as a client sees them; 0 for a marker.
    package var size: Int64
    /// `nil` where nobody can tell: then no rule that asks for tags is about it.
    package var tags: [Tagging.Tag]?
    /// It must not be removed for good: it is locked, or somebody else has still to see it.
    package var isHeld: Bool

    package init(
        isDeleteMarker: Bool = false,
        modified: Timestamp,
        size: Int64 = 0,
        tags: [Tagging.Tag]? = [],
        isHeld: Bool = false
    ) {
        (self.isDeleteMarker, self.modified, self.size) = (isDeleteMarker, modified, size)
        (self.tags, self.isHeld) = (tags, isHeld)
    }
}

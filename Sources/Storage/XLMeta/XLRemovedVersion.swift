package import Base

/// A version that a change took out of a file.
package struct XLRemovedVersion: Sendable, Equatable {
    package let header: XLVersionHeader
    /// The folder that no version of the file refers to any more, to be purged after the commit;
    /// `nil` when there is none, or when another version's body does not decode and may refer to it.
    package let dataDirectory: UUID?
}

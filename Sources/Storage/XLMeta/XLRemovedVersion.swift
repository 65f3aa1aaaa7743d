package import Base

/// A version that a change took out of a file.
package struct XLRemovedVersion: Sendable, Equatable {
    package let header: XLVersionHeader
    /// The folder that no version of the file refers to any more, to be purged after the commit. An
    /// inline object's is named too, although normally no such folder is there. `nil` when there is
    /// none, when another version shares it, or when another version's body does not decode and may.
    ///
    /// A legacy object's folder is not named by an id: its kind is in the header.
    package let dataDirectory: UUID?
}

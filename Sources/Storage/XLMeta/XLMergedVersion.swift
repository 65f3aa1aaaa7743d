/// A version that enough drives agree on.
package struct XLMergedVersion: Sendable, Equatable {
    /// The header most of them have; where they differ in metadata, the one that sorts first.
    package let header: XLVersionHeader
    /// The positions, in the merged list of files, of all drives that hold the version, whatever its
    /// metadata there. Ascending.
    package let driveIndices: [Int]
}

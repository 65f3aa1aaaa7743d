package import Base

/// A version that is an object: the whole body record, in field order.
package struct XLObject: Sendable, Hashable {
    /// Zero is the null version.
    package var versionID: UUID
    /// Names the folder of the part files; set for inline objects too, which have no folder.
    package var dataDirectory: UUID
    package var erasure: XLErasure
    package var partNumbers: [Int]
    /// Of older releases only; all empty is the same as `nil`.
    package var partETags: [String]?
    /// Stored sizes, after compression and encryption.
    package var partSizes: [Int]
    /// The client's sizes; −1 is not known.
    package var partActualSizes: [Int]?
    /// Seek indices of compressed parts.
    package var partIndices: [[UInt8]]?
    /// The sum of the stored part sizes.
    package var size: Int
    package var modificationTime: Timestamp
    /// `nil` is written as nil.
    package var internalMetadata: MetadataMap?
    /// `nil` is written as nil.
    package var userMetadata: MetadataMap?

    package init(
        versionID: UUID,
        dataDirectory: UUID,
        erasure: XLErasure,
        parts: [XLPart],
        modificationTime: Timestamp,
        internalMetadata: MetadataMap = MetadataMap(),
        userMetadata: MetadataMap = MetadataMap()
    ) {
        self.versionID = versionID
        self.dataDirectory = dataDirectory
        self.erasure = erasure
        partNumbers = parts.map(\.number)
        partSizes = parts.map(\.size)
        partActualSizes = parts.map(\.actualSize)
        size = parts.reduce(0) { $0 + $1.size }
        self.modificationTime = modificationTime
        self.internalMetadata = internalMetadata
        self.userMetadata = userMetadata
    }

    /// The parts in stored order. The three lists have the same length once decoded.
    package var parts: [XLPart] {
        partNumbers.indices.map { index in
            XLPart(
                number: partNumbers[index],
                size: partSizes[index],
                actualSize: partActualSizes.flatMap { $0.isEmpty ? nil : $0[index] } ?? partSizes[index]
            )
        }
    }

    /// Whether the metadata says that the shard lies in `xl.meta`. Setting writes or removes the key.
    package var isInline: Bool {
        get { internalMetadata?[InternalMetadataKey.inlineData] != nil }
        set {
            var metadata = internalMetadata ?? MetadataMap()
            metadata.set(InternalMetadataKey.inlineData, text: newValue ? "true" : nil)
            internalMetadata = metadata
        }
    }

    /// Whether the data was moved to a remote tier and no copy of it is on the drives.
    package var isOnlyRemote: Bool {
        guard internalMetadata?.text(InternalMetadataKey.transitionStatus) == "complete" else { return false }
        let restore = userMetadata?.text(UserMetadataKey.restore) ?? ""
        return !restore.contains("ongoing-request=\"false\"")
    }

    /// The header that goes in front of this version's body.
    package var header: XLVersionHeader {
        var flags: XLVersionHeader.Flags = isOnlyRemote ? [] : .usesDataDirectory
        if isInline { flags.insert(.inlineData) }
        return XLVersionHeader(
            versionID: versionID,
            modificationTime: modificationTime,
            signature: Signature.object(
                body: signedRecord,
                internalMetadata: internalMetadata,
                userMetadata: userMetadata
            ),
            kind: .object,
            flags: flags,
            parityShardCount: UInt8(clamping: erasure.parityShardCount),
            dataShardCount: UInt8(clamping: erasure.dataShardCount)
        )
    }
}

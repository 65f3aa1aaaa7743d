package import Base
import MessagePack

/// A whole `xl.meta`: every version of one object on one drive, newest first.
///
///     0     4   "XL2 "
///     4     4   major 1, minor 3 (u16, little-endian)
///     8     5   c6, length L of the metadata block (u32, big-endian)
///     13    L   metadata block: header version, meta version, count, then per version
///               a blob with its header and a blob with its body
///     13+L  5   ce, low 32 bits of XXH64 of the block (big-endian)
///     18+L      nothing, or 01 and a map of version id text (or "null") to this drive's shard
///
/// Bodies are kept as the bytes they were read from and copied into what is written: a change of one
/// version decodes no other. Slices share the storage of the file's bytes.
package struct XLMetaFile: Sendable, Equatable {
    /// One version: its header, and its body undecoded.
    package struct Entry: Sendable, Equatable {
        package let header: XLVersionHeader
        package let body: ArraySlice<UInt8>
        /// The header's bytes in a file of the current format, to be copied as they are; `nil` for one that is not from such
        /// a file or not complete.
        let encodedHeader: ArraySlice<UInt8>?

        init(header: XLVersionHeader, body: ArraySlice<UInt8>, encodedHeader: ArraySlice<UInt8>? = nil) {
            (self.header, self.body, self.encodedHeader) = (header, body, encodedHeader)
        }

        package static func == (left: Self, right: Self) -> Bool {
            left.header == right.header && left.body == right.body
        }

        /// Decodes the body.
        package func version() throws(XLMetaError) -> XLVersion { try XLVersion(decoding: body) }
    }

    /// More versions than this are not added to one object. Files that hold more are read.
    package static let versionCountMax = 100_000
    /// A metadata block past this is neither read nor written: far beyond the most versions there may
    /// be of any usual size, far below what its length field could demand.
    package static let metadataSizeMax = 1 << 28

    /// In file order: see ``XLVersionHeader/isSorted(before:)``.
    package internal(set) var entries: [Entry] = []
    package internal(set) var inlineData = InlineData()
    /// False after a parse that left something out: such a value cannot be written.
    package let isComplete: Bool
    /// Whether ``entries`` says nothing of versions that were not looked for: see ``init(newestVersionIn:)`` and
    /// ``init(parsing:onlyVersion:)``.
    package let isExcerpt: Bool
    /// Bytes of the file it was read from, where all of that was at hand; 0 for a new one.
    package let storedSize: Int

    /// How many versions the file has, hidden ones too, as it says itself: of an excerpt nothing vouches for that.
    package var versionCount: Int { countInAll ?? entries.count }
    private let countInAll: Int?

    /// A file without versions, to add the first one to. A file on a drive that has none counts as deleted.
    package init() { (isComplete, isExcerpt, storedSize, countInAll) = (true, false, 0, nil) }

    init(entries: [Entry], inlineData: InlineData?, storedSize: Int) {
        self.entries = entries
        self.inlineData = inlineData ?? InlineData()
        (isComplete, isExcerpt, countInAll) = (inlineData != nil, false, nil)
        self.storedSize = storedSize
    }

    init(excerpt entries: [Entry], of versionCount: Int, inlineData: InlineData?, storedSize: Int) {
        self.entries = entries
        self.inlineData = inlineData ?? InlineData()
        (isComplete, isExcerpt, countInAll) = (false, true, versionCount)
        self.storedSize = storedSize
    }

    /// How large the file was that it was read from is no part of what it says.
    package static func == (left: Self, right: Self) -> Bool {
        left.entries == right.entries && left.inlineData == right.inlineData
            && (left.isComplete, left.isExcerpt) == (right.isComplete, right.isExcerpt)
    }

    /// The newest version a client can see: hidden free versions are passed over.
    package var latest: Entry? { entries.first { !$0.header.isFreeVersion } }

    /// Zero finds the null version.
    package func entry(_ versionID: UUID) -> Entry? {
        entries.first { $0.header.versionID == versionID && !$0.header.isFreeVersion }
    }

    /// This drive's bitrot-framed shard of a version, when it lies in the file; empty for an empty
    /// object. `dataDirectory` finds what early releases stored under it.
    package func inlineData(of versionID: UUID, dataDirectory: UUID? = nil) -> ArraySlice<UInt8>? {
        inlineData[versionID, dataDirectory]
    }

    /// The file's bytes in the current format.
    ///
    /// - Throws: ``XLMetaError/tooLarge(size:sizeMax:)``.
    package func encoded() throws(XLMetaError) -> [UInt8] {
        precondition(isComplete, "a file that was read without its inline data would lose it")
        let block = encodedMetadata()
        guard block.count <= Self.metadataSizeMax else {
            throw .tooLarge(size: block.count, sizeMax: Self.metadataSizeMax)
        }
        var bytes = Self.magic + [1, 0, 3, 0]
        bytes.reserveCapacity(block.count + 32 + inlineData.sizeEstimate)
        var writer = MessagePackWriter(appendingTo: bytes)
        writer.write(binary32: block)
        writer.write(unsigned32: Signature.checksum(block[...]))
        inlineData.write(to: &writer)
        return writer.bytes
    }

    private func encodedMetadata() -> [UInt8] {
        let size = entries.reduce(16) { $0 + 64 + $1.body.count }
        var writer = MessagePackWriter(reservingCapacity: size)
        writer.write(unsigned: XLVersionHeader.formatVersion)
        writer.write(unsigned: Self.metaVersion)
        writer.write(signed: entries.count)
        for entry in entries {
            writer.write(binary: entry.encodedHeader ?? entry.completeHeader.encoded()[...])
            writer.write(binary: entry.body)
        }
        return writer.bytes
    }

    static let magic = Array("XL2 ".utf8)
    static let metaVersion: UInt64 = 3
}

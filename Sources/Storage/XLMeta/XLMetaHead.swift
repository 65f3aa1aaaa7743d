import Base
import MessagePack

/// What is read of a large `xl.meta` for its newest version: pieces of one open file.
///
///     0                                13+L       18+L
///     | start | older versions …       | end      | inline data
///     └──read─┘                        └──read────┴─read where it is asked for
///
/// The file's checksum is over all versions, so these pieces cannot be checked by it. What vouches for the newest version
/// is the signature in its header, a hash over the whole body but for the shard's number: a body is decoded and its header
/// computed anew, and nothing is taken from a head where that header is not the stored one. `end` must
/// be where the length in `start` says: blocks that the file system has left from an earlier file do not fit there.
///
/// Whoever writes the file anew reads and checks all of it.
package struct XLMetaHead: Sendable {
    /// Bytes that are read from the start: those of a version with a few thousand parts fit.
    package static let startSize = 64 << 10
    /// Files up to this size are better read as a whole.
    package static let wholeSizeMax = 256 << 10

    private let start: [UInt8]
    private let end: [UInt8]
    private let inlineSection: [UInt8]?
    private let fileSize: Int

    /// - Parameters:
    ///   - end: the bytes at ``endRange(ofFileStartingWith:fileSize:)``.
    ///   - inlineSection: those behind the checksum, up to the file's end; `nil` if nobody asked for them.
    package init(start: [UInt8], end: [UInt8], inlineSection: [UInt8]?, fileSize: Int) {
        (self.start, self.end, self.inlineSection) = (start, end, inlineSection)
        self.fileSize = fileSize
    }

    /// Where the checksum is, with the byte behind it if there is one. The inline data begins 5 bytes after the range does.
    ///
    /// - Returns: `nil` where the file is none of the current format, or shorter than it says.
    package static func endRange(ofFileStartingWith start: [UInt8], fileSize: Int) -> Range<Int>? {
        guard start.starts(with: XLMetaSections.start),
            // Damage and other forms are for those to tell apart who read the whole file.
            let size = try? XLMetaFile.metadataSize(ofFileStartingWith: start), size <= fileSize
        else { return nil }
        return size - checksumSize..<min(size + 1, fileSize)
    }

    /// Of the checksum with its marker.
    package static let checksumSize = 5

    /// The entries up to the newest one that a client can see, and of how many they are; `nil` where that cannot be told for sure.
    private var newest: (entries: [XLMetaFile.Entry], versionCount: Int)? {
        guard let range = Self.endRange(ofFileStartingWith: start, fileSize: fileSize),
            end.count == range.count, end.first == 0xce,
            end.count == Self.checksumSize || end.last == InlineData.formatVersion
        else { return nil }
        let metadataEnd = min(range.lowerBound, start.count)
        var reader = MessagePackReader(start[XLMetaSections.metadataOffset..<metadataEnd])
        var entries: [XLMetaFile.Entry] = []
        do {
            guard try reader.readUInt64() == XLVersionHeader.formatVersion,
                try reader.readUInt64() == XLMetaFile.metaVersion
            else { return nil }
            guard let count = Int(exactly: try reader.readUInt64()) else { return nil }
            for _ in 0..<count {
                let header = try reader.readBinary()
                let entry = XLMetaFile.Entry(
                    header: try XLVersionHeader(
                        decoding: header,
                        formatVersion: XLVersionHeader.formatVersion
                    ),
                    body: try reader.readBinary(),
                    encodedHeader: header
                )
                // A legacy version has no signature.
                guard entry.header.kind != .legacy, try entry.version().header == entry.header else {
                    return nil
                }
                entries.append(entry)
                if !entry.header.isFreeVersion { return (entries, count) }
            }
        } catch {
            // Too long for the start, or damaged: the whole file tells.
            return nil
        }
        return nil
    }

    fileprivate var file: XLMetaFile? {
        guard let newest else { return nil }
        let inlineData = inlineSection.map { InlineData(parsing: $0[...]) }
        return XLMetaFile(
            excerpt: newest.entries,
            of: newest.versionCount,
            inlineData: inlineData,
            storedSize: fileSize
        )
    }
}

extension XLMetaFile {
    /// The newest version alone, checked by its own signature; `nil` where only the whole file can tell.
    ///
    /// The shard's number is under no signature: compare it with ``XLErasure/distribution``, which is.
    package init?(newestVersionIn head: XLMetaHead) {
        guard let file = head.file else { return nil }
        self = file
    }
}

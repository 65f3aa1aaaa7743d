/// The files of a zip archive in memory (PKWARE's APPNOTE 6.3, without encryption, splitting and ZIP64).
///
///     local header, content │ … │ central directory: one record a file │ end record
///
/// Read by way of the central directory, as everybody does: a file that only has a local header is not there, and
/// sizes stand in the directory even where the writer did not know them in time. Nothing is decompressed before it
/// is asked for.
package struct ZipArchive: Sendable {
    package struct Entry: Sendable, Equatable {
        /// As stored; a folder's ends with a slash. Nobody has checked that it is a safe path.
        package let name: String
        /// What the archive says the content's size is.
        package let size: Int
        fileprivate let method: Int
        fileprivate let compressedSize: Int
        fileprivate let checksum: UInt32
        fileprivate let headerOffset: Int
    }

    /// In the directory's order. Of two with one name the first is found.
    package let entries: [Entry]
    private let bytes: [UInt8]

    package init(parsing bytes: [UInt8], entriesMax: Int) throws(ZipError) {
        self.bytes = bytes
        let reader = RecordReader(bytes: bytes)
        let end = try reader.endRecord()
        guard end.count <= entriesMax else { throw .tooManyEntries(count: end.count, countMax: entriesMax) }
        var entries: [Entry] = []
        var offset = end.directoryOffset
        for _ in 0..<end.count {
            let (entry, next) = try reader.directoryRecord(at: offset)
            entries.append(entry)
            offset = next
        }
        self.entries = entries
    }

    package subscript(_ name: String) -> Entry? {
        entries.first { $0.name.utf8.elementsEqual(name.utf8) }
    }

    /// The content, decompressed and compared with its checksum. Never more than `sizeMax` bytes are made,
    /// whatever the archive says.
    package func content(of entry: Entry, sizeMax: Int) throws(ZipError) -> [UInt8] {
        guard entry.size <= sizeMax else { throw .entryTooLarge(name: entry.name, sizeMax: sizeMax) }
        let stored = try RecordReader(bytes: bytes).content(of: entry)
        let content: [UInt8]
        switch entry.method {
        case 0: content = Array(stored)
        case 8:
            guard let inflated = Deflate.decompress(stored, size: entry.size) else {
                throw .damaged(name: entry.name)
            }
            content = inflated
        default: throw .unsupported("compression method \(entry.method)")
        }
        guard content.count == entry.size, Deflate.checksum(content) == entry.checksum else {
            throw .damaged(name: entry.name)
        }
        return content
    }

    fileprivate struct RecordReader {
        let bytes: [UInt8]

        /// The end record has a comment of up to 64 KiB behind it.
        func endRecord() throws(ZipError) -> (count: Int, directoryOffset: Int) {
            let size = 22
            guard bytes.count >= size else { throw .noEndRecord }
            let last = bytes.count - size
            for offset in stride(from: last, through: max(0, last - 0xffff), by: -1) {
                guard hasSignature(0x0605_4b50, at: offset),
                    integer16(at: offset + 20) == bytes.count - offset - size
                else { continue }
                let count = integer16(at: offset + 10)
                let directoryOffset = integer32(at: offset + 16)
                guard count != 0xffff, directoryOffset != 0xffff_ffff else { throw .unsupported("ZIP64") }
                guard integer16(at: offset + 4) == 0, integer16(at: offset + 8) == count else {
                    throw .unsupported("an archive in several parts")
                }
                guard directoryOffset <= offset else { throw .malformed(offset: offset) }
                return (count, directoryOffset)
            }
            throw .noEndRecord
        }

        func directoryRecord(at offset: Int) throws(ZipError) -> (Entry, next: Int) {
            let size = 46
            guard offset + size <= bytes.count, hasSignature(0x0201_4b50, at: offset) else {
                throw .malformed(offset: offset)
            }
            let nameSize = integer16(at: offset + 28)
            let next = offset + size + nameSize + integer16(at: offset + 30) + integer16(at: offset + 32)
            guard next <= bytes.count else { throw .malformed(offset: offset) }
            guard integer16(at: offset + 8) & 1 == 0 else { throw .unsupported("encryption") }
            let nameBytes = bytes[offset + size..<offset + size + nameSize]
            guard let name = String(validating: nameBytes, as: UTF8.self) else {
                throw .malformed(offset: offset)
            }
            let entry = Entry(
                name: name,
                size: integer32(at: offset + 24),
                method: integer16(at: offset + 10),
                compressedSize: integer32(at: offset + 20),
                checksum: UInt32(integer32(at: offset + 16)),
                headerOffset: integer32(at: offset + 42)
            )
            return (entry, next)
        }

        func content(of entry: Entry) throws(ZipError) -> ArraySlice<UInt8> {
            let size = 30
            let offset = entry.headerOffset
            guard offset + size <= bytes.count, hasSignature(0x0403_4b50, at: offset) else {
                throw .malformed(offset: offset)
            }
            let start = offset + size + integer16(at: offset + 26) + integer16(at: offset + 28)
            guard start + entry.compressedSize <= bytes.count else { throw .malformed(offset: offset) }
            return bytes[start..<start + entry.compressedSize]
        }

        private func hasSignature(_ signature: Int, at offset: Int) -> Bool {
            integer32(at: offset) == signature
        }

        private func integer16(at offset: Int) -> Int { Int(bytes[offset]) | Int(bytes[offset + 1]) << 8 }

        private func integer32(at offset: Int) -> Int {
            integer16(at: offset) | integer16(at: offset + 2) << 16
        }
    }
}

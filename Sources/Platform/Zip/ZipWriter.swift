/// Makes a zip archive in memory. Every content is deflated.
package struct ZipWriter {
    private var archive: [UInt8] = []
    private var directory: [UInt8] = []
    private var count = 0

    /// The format's limit for what has no ZIP64 records.
    package static let entriesMax = 0xfffe

    package init() {}

    /// - Parameter name: unique in the archive; shorter than 64 KiB.
    package mutating func add(_ name: String, _ content: [UInt8]) {
        precondition(name.utf8.count <= 0xffff && count < Self.entriesMax && content.count < Int(Int32.max))
        let compressed = Deflate.compress(content)
        let header = Self.header(
            checksum: Deflate.checksum(content),
            compressedSize: compressed.count,
            size: content.count,
            nameSize: name.utf8.count
        )
        let offset = archive.count
        archive += Self.little(0x0403_4b50, 4) + header
        archive += name.utf8
        archive += compressed
        // Made by a Unix system, which says what the mode below means.
        directory += Self.little(0x0201_4b50, 4) + Self.little(3 << 8 | 20, 2) + header
        // No comment, the first part, no internal attributes, mode -rw-------.
        directory += Self.little(0, 6) + Self.little(0o100600 << 16, 4) + Self.little(offset, 4)
        directory += name.utf8
        count += 1
    }

    /// The whole archive.
    package consuming func finish() -> [UInt8] {
        let end =
            Self.little(0x0605_4b50, 4) + Self.little(0, 4) + Self.little(count, 2) + Self.little(count, 2)
            + Self.little(directory.count, 4) + Self.little(archive.count, 4) + Self.little(0, 2)
        return archive + directory + end
    }

    /// What both headers of a file have in common: names in UTF-8, deflated, 1980-01-01, no extra fields.
    private static func header(
        checksum: UInt32,
        compressedSize: Int,
        size: Int,
        nameSize: Int
    ) -> [UInt8] {
        little(20, 2) + little(1 << 11, 2) + little(8, 2) + little(0, 2) + little(1 << 5 | 1, 2)
            + little(Int(checksum), 4) + little(compressedSize, 4) + little(size, 4) + little(nameSize, 2)
            + little(0, 2)
    }

    private static func little(_ value: Int, _ size: Int) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
}

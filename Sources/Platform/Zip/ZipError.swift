/// Why bytes are not an archive that can be read. Offsets count from the archive's first byte.
package enum ZipError: Error, Equatable, Sendable {
    /// There is no end record: this is no archive, or its end is cut off.
    case noEndRecord
    /// A record is not where the archive says, or is cut off.
    case malformed(offset: Int)
    /// The archive is split, larger than 4 GiB, encrypted, or compressed in a way other than deflate.
    case unsupported(String)
    /// More files than the caller allows.
    case tooManyEntries(count: Int, countMax: Int)
    /// A file is larger than the caller allows, whether it says so or not.
    case entryTooLarge(name: String, sizeMax: Int)
    /// The content does not decompress to what the archive says.
    case damaged(name: String)
}

package import MessagePack

/// Why bytes from a drive are not what this module reads or writes.
package enum XLMetaError: Error, Equatable, Sendable {
    /// The file does not begin with `XL2 `.
    case notXLMeta
    /// A JSON `xl.json` of releases before 2020, which this version does not read.
    case legacyJSON
    /// Written by a newer server: the drive is healthy, this program is too old for it.
    case unsupportedContainer(major: UInt16, minor: UInt16)
    /// Written by a newer server, as above.
    case unsupportedHeaderVersion(UInt64)
    /// Written by a newer server, as above.
    case unsupportedMetaVersion(UInt64)
    /// Fewer bytes than the file's own lengths promise.
    case truncated(size: Int)
    /// The metadata block does not have the checksum that is stored behind it.
    case checksumMismatch(stored: UInt64, computed: UInt32)
    /// A structure that does not parse.
    case malformed(MessagePackError)
    /// A field whose value cannot be; named as on disk.
    case invalidField(String)
    /// A version of a type this program does not know.
    case unknownVersionType(UInt64)
    /// A body in the array form of early RustFS releases.
    case rustfsLegacyBody
    /// An object of a release before 2020, which is read but not written anew.
    case legacyObject
    /// One more version would exceed the limit.
    case tooManyVersions(countMax: Int)
    /// The encoded metadata would exceed the limit.
    case tooLarge(size: Int, sizeMax: Int)
}

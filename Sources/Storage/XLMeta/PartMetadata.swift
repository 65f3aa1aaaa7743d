package import Base
import MessagePack

/// `part.N.meta`: what a pending multipart upload knows about one part, the same on every drive.
///
///     map  "e" etag | "n" number | "s" stored size | "as" actual size | "mt" time
///          | "i" seek index | "crc" map of algorithm to Base64 | "err" text     (the last three if set)
package struct PartMetadata: Sendable, Hashable {
    package var etag: String
    package var number: Int
    /// Bytes stored, after compression and encryption.
    package var size: Int
    /// Bytes the client sent; −1 is not known.
    package var actualSize: Int
    /// `nil` is Go's zero time.
    package var modificationTime: Timestamp?
    package var seekIndex: [UInt8]
    /// Algorithm name, such as `CRC32C`, to Base64; in file order.
    package var checksums: MetadataMap
    package var failure: String

    package init(
        etag: String,
        number: Int,
        size: Int,
        actualSize: Int,
        modificationTime: Timestamp?,
        seekIndex: [UInt8] = [],
        checksums: MetadataMap = MetadataMap(),
        failure: String = ""
    ) {
        self.etag = etag
        self.number = number
        self.size = size
        self.actualSize = actualSize
        self.modificationTime = modificationTime
        self.seekIndex = seekIndex
        self.checksums = checksums
        self.failure = failure
    }

    /// Unknown keys are passed over.
    ///
    /// - Throws: ``XLMetaError/rustfsLegacyBody`` for the array form of RustFS.
    package init(decoding bytes: [UInt8]) throws(XLMetaError) {
        self.init(etag: "", number: 0, size: 0, actualSize: 0, modificationTime: nil)
        var reader = MessagePackReader(bytes)
        do {
            if try reader.nextKind() == .array { throw XLMetaError.rustfsLegacyBody }
            try read(from: &reader)
            try reader.expectEnd()
        } catch let error as XLMetaError {
            throw error
        } catch let error as MessagePackError {
            throw .malformed(error)
        } catch { preconditionFailure("an error of neither kind: \(error)") }
        guard (1...100_000).contains(number) else { throw .invalidField("n") }
        guard size >= 0 else { throw .invalidField("s") }
        guard actualSize >= -1 else { throw .invalidField("as") }
    }

    private mutating func read(from reader: inout MessagePackReader) throws(MessagePackError) {
        for _ in 0..<(try reader.readMap()) {
            switch try reader.readString() {
            case "e": etag = try reader.readString()
            case "n": number = try reader.readInt()
            case "s": size = try reader.readInt()
            case "as": actualSize = try reader.readInt()
            case "mt": modificationTime = try reader.readTime()
            case "i": seekIndex = try reader.readNull() ? [] : Array(try reader.readBinary())
            case "crc": checksums = try MetadataMap(from: &reader) ?? MetadataMap()
            case "err": failure = try reader.readString()
            default: try reader.skip()
            }
        }
    }

    package func encoded() -> [UInt8] {
        var writer = MessagePackWriter(reservingCapacity: 128)
        let optionalCount = [!seekIndex.isEmpty, !checksums.isEmpty, !failure.isEmpty].count { $0 }
        writer.writeMap(count: 5 + optionalCount)
        writer.write("e")
        writer.write(etag)
        writer.write("n")
        writer.write(signed: number)
        writer.write("s")
        writer.write(signed: size)
        writer.write("as")
        writer.write(signed: actualSize)
        writer.write("mt")
        writer.write(time: modificationTime)
        if !seekIndex.isEmpty {
            writer.write("i")
            writer.write(binary: seekIndex)
        }
        if !checksums.isEmpty {
            writer.write("crc")
            checksums.write(to: &writer, as: .string)
        }
        if !failure.isEmpty {
            writer.write("err")
            writer.write(failure)
        }
        return writer.bytes
    }
}

internal import CZlib

/// Raw deflate streams (RFC 1951), without zlib's own header.
enum Deflate {
    /// Negative: no header and no checksum of zlib's.
    private static let windowBits: CInt = -15

    static func checksum(_ content: [UInt8]) -> UInt32 {
        UInt32(crc32_z(0, content, content.count))
    }

    static func compress(_ content: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        var status = deflateInit2_(
            &stream,
            Z_DEFAULT_COMPRESSION,
            Z_DEFLATED,
            windowBits,
            8,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            CInt(MemoryLayout<z_stream>.size)
        )
        precondition(status == Z_OK, "no memory for compression")
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, UInt(content.count)))
        var content = content
        return [UInt8](unsafeUninitializedCapacity: bound) { target, count in
            content.withUnsafeMutableBufferPointer { source in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(bound)
                status = deflate(&stream, Z_FINISH)
            }
            precondition(status == Z_STREAM_END, "the bound holds")
            count = Int(stream.total_out)
        }
    }

    /// `nil` unless the stream is whole and yields exactly `size` bytes. Memory grows with what the stream yields,
    /// not with what it promises.
    static func decompress(_ compressed: ArraySlice<UInt8>, size: Int) -> [UInt8]? {
        var stream = z_stream()
        let status = inflateInit2_(&stream, windowBits, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "no memory for decompression")
        defer { inflateEnd(&stream) }
        var source = Array(compressed)
        var content: [UInt8] = []
        // One byte more than promised tells a stream that yields more.
        var chunk = [UInt8](repeating: 0, count: min(size + 1, 64 << 10))
        return source.withUnsafeMutableBufferPointer { source in
            stream.next_in = source.baseAddress
            stream.avail_in = UInt32(source.count)
            while true {
                let (step, made) = chunk.withUnsafeMutableBufferPointer { chunk in
                    stream.next_out = chunk.baseAddress
                    stream.avail_out = UInt32(chunk.count)
                    let step = inflate(&stream, Z_NO_FLUSH)
                    return (step, chunk.count - Int(stream.avail_out))
                }
                content += chunk[..<made]
                guard content.count <= size else { return nil }
                if step == Z_STREAM_END { return content.count == size ? content : nil }
                guard step == Z_OK, made > 0 || stream.avail_in > 0 else { return nil }
            }
        }
    }
}

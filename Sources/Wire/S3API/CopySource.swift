/// x-amz-copy-source: `[/]bucket/key[?versionId=…]`, percent-encoded once.
package struct CopySource: Sendable, Hashable {
    package let bucket: String
    package let key: String
    package let versionID: String?

    /// - Throws: ``S3Error/Code-swift.enum/invalidArgument`` unless bucket and key are there and decode.
    package init(_ text: String) throws(S3Error) {
        let refusal = S3Error(
            .invalidArgument,
            "Copy Source must mention the source bucket and key: sourcebucket/sourcekey.",
            fields: [
                S3Error.Field("ArgumentName", S3Header.copySource), S3Error.Field("ArgumentValue", text),
            ]
        )
        var path = Array(text.utf8)[...]
        versionID = try CopySource.takeVersionID(from: &path, refusal)
        if path.first == UInt8(ascii: "/") { path = path.dropFirst() }
        let name = path.prefix { $0 != UInt8(ascii: "/") }
        // Some clients encode the slash between bucket and key, too.
        do throws(S3Error) {
            let whole = try decodedText(path, of: S3Header.copySource)
            if name.count < path.count {
                bucket = try decodedText(name, of: S3Header.copySource)
                key = try decodedText(path.dropFirst(name.count + 1), of: S3Header.copySource)
            } else {
                let pieces = whole.utf8.drop { $0 == UInt8(ascii: "/") }
                    .split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
                guard pieces.count == 2 else { throw refusal }
                bucket = String(decoding: pieces[0], as: UTF8.self)
                key = String(decoding: pieces[1], as: UTF8.self)
            }
        } catch {
            throw refusal
        }
        guard !bucket.isEmpty, !key.isEmpty else { throw refusal }
        guard key.utf8.count <= S3Path.keySizeMax else { throw S3Error(.keyTooLong) }
    }

    /// A `?` within a key is encoded, so the last plain one starts the version.
    private static func takeVersionID(
        from path: inout ArraySlice<UInt8>,
        _ refusal: S3Error
    ) throws(S3Error) -> String? {
        guard let mark = path.lastIndex(of: UInt8(ascii: "?")) else { return nil }
        let prefix = Array("versionId=".utf8)
        let parameter = path[(mark + 1)...]
        guard parameter.starts(with: prefix) else { return nil }
        path = path[..<mark]
        do throws(S3Error) {
            let version = try decodedText(parameter.dropFirst(prefix.count), of: S3Header.copySource)
            guard !version.isEmpty else { throw refusal }
            return version
        } catch {
            throw refusal
        }
    }
}

internal import Base
internal import Cryptography
internal import Engine
internal import S3API
internal import S3Service
internal import XLMeta

/// What an upload becomes when these parts complete it.
struct MultipartAssembly {
    let size: Int64
    let etag: ETag
    let checksum: StoredChecksum?

    /// The stored parts that a completion names, each as the client has seen it.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/invalidPart`` for a part that is not there, or whose ETag or checksum
    ///   is another.
    static func match(
        _ wanted: [S3API.CompleteMultipartUpload.Part],
        with stored: [UploadedPart]
    ) throws(S3Error) -> [UploadedPart] {
        let byNumber = Dictionary(stored.map { ($0.number, $0) }, uniquingKeysWith: { _, last in last })
        var parts: [UploadedPart] = []
        parts.reserveCapacity(wanted.count)
        for part in wanted {
            guard let found = byNumber[part.number], ETag(found.etag) == part.etag,
                part.checksums.allSatisfy({ found.hasOrLacks($0) })
            else {
                throw S3Error(
                    .invalidPart,
                    fields: [
                        S3Error.Field("PartNumber", "\(part.number)"), S3Error.Field("ETag", part.etag.value),
                    ]
                )
            }
            parts.append(found)
        }
        return parts
    }

    /// Whether what a completion says of checksums can be true. Of a part it may say nothing: the drives have that.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/badDigest`` for a part with one of another algorithm than the upload's.
    static func checkChecksums(
        of parts: [S3API.CompleteMultipartUpload.Part],
        _ upload: UploadChecksum?
    ) throws(S3Error) {
        guard let upload else { return }
        for part in parts {
            guard let other = part.checksums.first(where: { $0.algorithm != upload.algorithm }) else {
                continue
            }
            throw S3Error(
                .badDigest,
                "The \(other.algorithm.rawValue.lowercased()) you specified for part \(part.number) did not match what we received."
            )
        }
    }

    /// - Throws: ``S3Error/Code-swift.enum/entityTooSmall`` for a part that is too small and not the last;
    ///   ``S3Error/Code-swift.enum/entityTooLarge``; ``S3Error/Code-swift.enum/invalidPart`` for one without the
    ///   checksum the upload was begun with.
    init(_ parts: [UploadedPart], _ upload: UploadChecksum?) throws(S3Error) {
        precondition(!parts.isEmpty)
        for part in parts.dropLast() where part.size < ObjectSizes.partMin {
            throw S3Error(
                .entityTooSmall,
                fields: [
                    S3Error.Field("ProposedSize", "\(part.size)"),
                    S3Error.Field("MinSizeAllowed", "\(ObjectSizes.partMin)"),
                    S3Error.Field("PartNumber", "\(part.number)"),
                    S3Error.Field("ETag", part.etag),
                ]
            )
        }
        size = parts.reduce(0) { $0 + $1.size }
        guard size <= ObjectSizes.objectMax else { throw S3Error(.entityTooLarge) }
        guard let etag = Self.etag(ofParts: parts.map(\.etag)) else {
            throw S3Error(.invalidPart, "The ETag of a part is no MD5.")
        }
        self.etag = etag
        checksum = try Self.checksum(parts, upload)
    }

    /// MD5 over the parts' MD5s, then their number.
    ///
    /// - Returns: `nil` where a part's ETag is no MD5.
    static func etag(ofParts etags: [String]) -> ETag? {
        var digests: [UInt8] = []
        for etag in etags {
            guard let digest = [UInt8](hexadecimal: etag), digest.count == 16 else { return nil }
            digests += digest
        }
        return ETag("\(MD5.hash(digests).hexadecimal)-\(etags.count)")
    }

    private static func checksum(
        _ parts: [UploadedPart],
        _ upload: UploadChecksum?
    ) throws(S3Error) -> StoredChecksum? {
        guard let upload else { return nil }
        var values: [(checksum: Checksum, size: Int64)] = []
        for part in parts {
            guard let checksum = part.checksum(upload.algorithm) else {
                throw S3Error(
                    .invalidPart,
                    "Part \(part.number) has no \(upload.algorithm.rawValue) checksum."
                )
            }
            values.append((checksum, part.size))
        }
        return objectChecksum(upload, parts: values)
    }

    /// The object's: what the upload was begun with, less what was only the upload's.
    func metadata(of upload: Upload) -> ObjectMetadata {
        var user = upload.metadata.filter { name, _ in
            !UploadChecksum.isOfUpload(name) && name.lowercased() != UserMetadataKey.etag
        }
        user.append((UserMetadataKey.etag, etag.value))
        var system = upload.internalMetadata.filter { name, _ in
            !InternalMetadataKey.ofPendingUploads.contains(name.lowercased())
        }
        if let checksum { system.append(checksum.metadata) }
        system.append((InternalMetadataKey.completedUpload, Array(upload.id.utf8)))
        return ObjectMetadata(user: user, system: system)
    }
}

extension ObjectVersion {
    /// Whether the upload of that id became it.
    func isOfUpload(_ id: String) -> Bool {
        internalMetadata(InternalMetadataKey.completedUpload).map { $0.elementsEqual(id.utf8) } ?? false
    }
}

extension UploadedPart {
    func checksum(_ algorithm: ChecksumAlgorithm) -> Checksum? {
        checksums.first { ChecksumAlgorithm(name: $0.algorithm) == algorithm }
            .flatMap { Checksum(algorithm, text: $0.value) }
    }

    /// A client may repeat a checksum that this part was never given.
    fileprivate func hasOrLacks(_ checksum: Checksum) -> Bool {
        self.checksum(checksum.algorithm).map { $0 == checksum } ?? true
    }

    var allChecksums: [Checksum] { ChecksumAlgorithm.allCases.compactMap { checksum($0) } }
}

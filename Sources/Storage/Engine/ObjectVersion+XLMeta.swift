import Base
import ErasureCode
import XLMeta

extension EngineError {
    /// What it means for an object that its `xl.meta` cannot be read.
    init(_ error: XLMetaError) {
        switch error {
        case .rustfsLegacyBody, .legacyObject, .legacyJSON, .unknownVersionType, .unsupportedContainer,
            .unsupportedHeaderVersion, .unsupportedMetaVersion:
            self = .unsupported("\(error)")
        case .notXLMeta, .truncated, .checksumMismatch, .malformed, .invalidField, .tooManyVersions,
            .tooLarge:
            self = .damaged("\(error)")
        }
    }
}

extension ObjectVersion {
    /// - Throws: ``EngineError/unsupported(_:)`` for bodies this version cannot read,
    ///   ``EngineError/damaged(_:)`` for ones that nobody could.
    init(_ entry: XLMetaFile.Entry, bucket: String, key: String) throws(EngineError) {
        let version: XLVersion
        do { version = try entry.version() } catch { throw EngineError(error) }
        switch version {
        case .object(let object): self.init(object, bucket: bucket, key: key)
        case .deleteMarker(let marker): self.init(marker, bucket: bucket, key: key)
        case .legacy: throw .unsupported("an object of a release before xl.meta")
        }
    }

    init(_ object: XLObject, bucket: String, key: String) {
        let parts = object.parts.map { part in
            Part(
                number: part.number,
                storedSize: Int64(part.size),
                size: Int64(part.actualSize >= 0 ? part.actualSize : part.size)
            )
        }
        let actualSize = object.internalMetadata?.text(InternalMetadataKey.actualSize).flatMap(Int64.init)
        self.init(
            bucket: bucket,
            key: key,
            id: object.versionID,
            isDeleteMarker: false,
            modified: object.modificationTime,
            size: actualSize ?? parts.reduce(0) { $0 + $1.size },
            parts: parts,
            metadata: (object.userMetadata?.entries ?? []).map { entry in
                (name: entry.key, value: String(decoding: entry.value, as: UTF8.self))
            },
            internalMetadata: (object.internalMetadata?.entries ?? []).map {
                (name: $0.key, value: $0.value)
            },
            dataDirectory: object.dataDirectory,
            // What cannot be a code was refused when the body was decoded, except for sizes past what is read.
            geometry: try? ErasureGeometry(
                dataShards: object.erasure.dataShardCount,
                parityShards: object.erasure.parityShardCount,
                blockSize: object.erasure.blockSize
            )
        )
    }

    init(_ marker: XLDeleteMarker, bucket: String, key: String) {
        self.init(
            bucket: bucket,
            key: key,
            id: marker.versionID,
            isDeleteMarker: true,
            modified: marker.modificationTime,
            size: 0,
            parts: [],
            metadata: [],
            internalMetadata: (marker.internalMetadata?.entries ?? []).map {
                (name: $0.key, value: $0.value)
            },
            dataDirectory: .zero,
            geometry: nil
        )
    }

    /// Why the stored bytes are not the client's, `nil` if they are.
    var unreadableReason: String? {
        if internalMetadata.contains(where: {
            $0.name.lowercased().hasPrefix("x-minio-internal-server-side-encryption")
                || $0.name.lowercased().hasPrefix("x-rustfs-encryption")
        }) {
            return "the object is encrypted"
        }
        if internalMetadata(InternalMetadataKey.compression) != nil
            || internalMetadata("x-rustfs-internal-compression") != nil
        {
            return "the object is compressed"
        }
        if internalMetadata(InternalMetadataKey.transitionStatus).map({ $0 == Array("complete".utf8) })
            == true
        {
            return "the object was moved to a remote tier"
        }
        // Readers take the parts as they are stored and the size at its word.
        if parts.reduce(0, { $0 + $1.storedSize }) != size {
            return "its parts have another size than the object"
        }
        return geometry == nil ? "its erasure code is not known" : nil
    }
}

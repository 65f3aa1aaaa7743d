internal import Base
package import Engine
package import S3API
internal import XLMeta

extension ObjectVersion {
    /// Lower-case stored names whose values go back under a header of their own.
    private static let returnedNames: [(stored: String, header: String)] = [
        (UserMetadataKey.cacheControl, "Cache-Control"),
        (UserMetadataKey.contentDisposition, "Content-Disposition"),
        (UserMetadataKey.contentEncoding, "Content-Encoding"),
        (UserMetadataKey.contentLanguage, "Content-Language"),
        (UserMetadataKey.expires, "Expires"),
        (UserMetadataKey.websiteRedirectLocation, S3Header.websiteRedirectLocation),
        (UserMetadataKey.objectLockMode, S3Header.objectLockMode),
        (UserMetadataKey.objectLockRetainUntil, S3Header.objectLockRetainUntilDate),
        (UserMetadataKey.objectLockLegalHold, S3Header.objectLockLegalHold),
        (UserMetadataKey.replicationStatus, S3Header.replicationStatus),
        (UserMetadataKey.restore, UserMetadataKey.restore),
    ]

    /// Those of a conditional answer without a body (RFC 9110 §15.4.5) come first.
    package func validatorHeaders(versionText: String?) -> [(name: String, value: String)] {
        var headers = [("ETag", ETag(etag).quoted), ("Last-Modified", modified.httpDate)]
        if let versionText { headers.append((S3Header.versionID, versionText)) }
        return headers
    }

    /// What a read answers about the object as a whole.
    ///
    /// - Parameter overrides: lower-case stored names with the values to answer instead; an empty one leaves its header out.
    package func headers(
        versionText: String?,
        overrides: [String: String] = [:]
    ) -> [(name: String, value: String)] {
        var headers = validatorHeaders(versionText: versionText)
        headers.append(("Accept-Ranges", "bytes"))
        let contentType = overrides[UserMetadataKey.contentType] ?? metadata(UserMetadataKey.contentType)
        headers.append(("Content-Type", contentType ?? "binary/octet-stream"))
        for (stored, header) in Self.returnedNames {
            if let value = overrides[stored] ?? metadata(stored), !value.isEmpty {
                headers.append((header, value))
            }
        }
        if storageClassText != "STANDARD" { headers.append((S3Header.storageClass, storageClassText)) }
        if let tags = overrides[UserMetadataKey.tagging] ?? metadata(UserMetadataKey.tagging), !tags.isEmpty {
            headers.append((S3Header.taggingCount, "\(tags.split(separator: "&").count)"))
        }
        headers += encryptionHeaders + userMetadataHeaders
        return headers
    }

    /// What the answer to a write names the new version by: nothing for a null version, as MinIO answers.
    package var writtenVersionText: String? { id == .zero ? nil : VersionID.text(of: id) }

    package var storageClassText: String {
        guard let text = metadata(UserMetadataKey.storageClass), !text.isEmpty else { return "STANDARD" }
        return text
    }

    /// Names in lower case, values as words where they are not ASCII.
    private var userMetadataHeaders: [(name: String, value: String)] {
        metadata.compactMap { name, value in
            let name = name.lowercased()
            guard name.hasPrefix(S3Header.metadataPrefix) else { return nil }
            return (name, MIMEWord.encode(value))
        }
    }

    private var encryptionHeaders: [(name: String, value: String)] {
        if internalMetadata(InternalMetadataKey.encryptionCustomerSealedKey) != nil {
            return [(S3Header.sseCustomerAlgorithm, "AES256")]
        }
        if internalMetadata(InternalMetadataKey.encryptionKMSSealedKey) != nil {
            return [(S3Header.serverSideEncryption, "aws:kms")]
        }
        if internalMetadata(InternalMetadataKey.encryptionS3SealedKey) != nil {
            return [(S3Header.serverSideEncryption, "AES256")]
        }
        return []
    }

    /// Uploaded in parts, whatever their number.
    package var isMultipart: Bool { etag.contains("-") }

    /// Read when the newest or a named version turns out to be a delete marker.
    package func markerError(isNamed: Bool, versionText: String?) -> S3Error {
        var headers = [S3Error.Field(S3Header.deleteMarker, "true")]
        if let versionText { headers.append(S3Error.Field(S3Header.versionID, versionText)) }
        guard isNamed else { return S3Error(.noSuchKey, headers: headers) }
        headers.append(S3Error.Field("Last-Modified", modified.httpDate))
        headers.append(S3Error.Field("Allow", "DELETE"))
        return S3Error(.methodNotAllowed, headers: headers)
    }
}

internal import Base
package import Engine
package import S3API

/// What this server does not do must be refused, never ignored: a client that asked for encryption and got
/// plain text believes something false about its only copy.
package enum UnbuiltFeatures {
    private static let prefixes = [
        ("x-amz-server-side-encryption", "Server-side encryption"),
        ("x-amz-copy-source-server-side-encryption", "Server-side encryption"),
        ("x-amz-write-offset-", "Appending to objects"),
    ]

    /// A write's headers.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/notImplemented`` with the header's name.
    package static func refuse(inWrite request: S3Request) throws(S3Error) {
        for (prefix, feature) in prefixes {
            guard let name = request.headers(startingWith: prefix).first?.name else { continue }
            throw notImplemented(feature, header: name)
        }
    }

    /// A read's or a part's headers: keys of encrypted objects.
    package static func refuse(inRead request: S3Request) throws(S3Error) {
        for (prefix, feature) in prefixes.prefix(2) {
            guard let name = request.headers(startingWith: prefix).first?.name else { continue }
            throw notImplemented(feature, header: name)
        }
    }

    package static func notImplemented(_ feature: String, header: String) -> S3Error {
        S3Error(
            .notImplemented,
            "\(feature) is not implemented.",
            fields: [S3Error.Field("Header", header)]
        )
    }
}

extension BucketSettings {
    /// Settings stored on the drives may promise what this server would break with a plain write.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/notImplemented`` with the setting's name;
    ///   ``S3Error/Code-swift.enum/internalError`` where nobody knows what they promise.
    package func checkWritable() throws(S3Error) {
        try checkKnown()
        let unmet: String? =
            if hasDefaultEncryption { "default encryption" } else if hasQuota {
                "a quota"
            } else if versioningHasExceptions {
                "versioning with exceptions"
            } else {
                nil
            }
        guard let unmet else { return }
        throw S3Error(
            .notImplemented,
            "The bucket has \(unmet), which this server does not implement: it cannot be written to."
        )
    }

    /// - Throws: InternalError where the settings cannot be read: nobody may act as if there were none.
    package func checkKnown() throws(S3Error) {
        guard areUnknown else { return }
        throw S3Error(.internalError, "The stored settings of the bucket cannot be read.")
    }

    /// The version's name for clients; `nil` where versions have none.
    package func versionText(_ version: ObjectVersion) -> String? {
        switch versioning {
        case .off: version.id == .zero ? nil : "\(version.id)"
        case .enabled, .suspended: version.id == .zero ? "null" : "\(version.id)"
        }
    }
}

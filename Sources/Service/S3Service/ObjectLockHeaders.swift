package import Base
package import Engine
package import IAM
package import S3API
internal import XLMeta

/// What a write's headers x-amz-object-lock-… ask for.
package struct ObjectLockHeaders: Sendable, Hashable {
    package let retention: Retention?
    package let legalHold: LegalHold?

    /// - Throws: ``S3Error/Code-swift.enum/invalidArgument``.
    package init(of request: S3Request) throws(S3Error) {
        let mode = request.header(S3Header.objectLockMode)
        let until = request.header(S3Header.objectLockRetainUntilDate)
        switch (mode, until) {
        case (nil, nil): retention = nil
        case (let mode?, let until?): retention = try Self.retention(mode, until)
        case (nil, _?), (_?, nil):
            throw S3Error(
                .invalidArgument,
                "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied"
            )
        }
        legalHold = try request.header(S3Header.objectLockLegalHold).map { (text) throws(S3Error) in
            guard let hold = LegalHold(rawValue: text.uppercased()) else {
                throw Self.invalid(
                    S3Header.objectLockLegalHold,
                    text,
                    "Legal Hold must be either of 'ON' or 'OFF'"
                )
            }
            return hold
        }
    }

    private static func retention(_ modeText: String, _ untilText: String) throws(S3Error) -> Retention {
        guard let mode = RetentionMode(rawValue: modeText.uppercased()) else {
            throw invalid(S3Header.objectLockMode, modeText, "Unknown wormMode directive.")
        }
        guard let until = Timestamp(iso8601: untilText) else {
            throw invalid(
                S3Header.objectLockRetainUntilDate,
                untilText,
                "The retain until date must be provided in ISO 8601 format and be before 2262."
            )
        }
        return Retention(mode, until: until)
    }

    private static func invalid(_ name: String, _ value: String, _ message: String) -> S3Error {
        S3Error(
            .invalidArgument,
            message,
            fields: [S3Error.Field("ArgumentName", name), S3Error.Field("ArgumentValue", value)]
        )
    }

    /// What they need beside the right to write.
    package func rights(on resource: S3Resource) -> [Right] {
        (retention == nil ? [] : [Right(.putObjectRetention, on: resource)])
            + (legalHold == nil ? [] : [Right(.putObjectLegalHold, on: resource)])
    }

    /// - Throws: ``S3Error/Code-swift.enum/invalidRequest`` in a bucket without object lock;
    ///   ``S3Error/Code-swift.enum/invalidArgument`` for a date that has passed.
    package func check(in settings: BucketSettings, now: Timestamp) throws(S3Error) {
        if retention != nil || legalHold != nil { try settings.checkObjectLock() }
        try retention?.check(now: now)
    }

    /// For `MetaUsr`.
    package var stored: [(name: String, value: String)] {
        (retention?.stored ?? [])
            + (legalHold.map { [(UserMetadataKey.objectLockLegalHold, $0.rawValue)] } ?? [])
    }
}

extension Retention {
    /// For `MetaUsr`.
    package var stored: [(name: String, value: String)] {
        [
            (UserMetadataKey.objectLockMode, mode.rawValue),
            (UserMetadataKey.objectLockRetainUntil, until.iso8601Milliseconds),
        ]
    }

    /// - Throws: ``S3Error/Code-swift.enum/invalidArgument`` for a date that has passed.
    package func check(now: Timestamp) throws(S3Error) {
        guard until > now else {
            throw S3Error(.invalidArgument, "The retain until date must be in the future!")
        }
    }
}

extension BucketSettings {
    /// - Throws: ``S3Error/Code-swift.enum/invalidRequest`` where nothing can be locked.
    package func checkObjectLock() throws(S3Error) {
        guard hasObjectLock else {
            throw S3Error(.invalidRequest, "Bucket is missing Object Lock Configuration")
        }
    }
}

extension S3Request {
    /// Whether the sender wants what governance retention forbids.
    package var bypassesGovernance: Bool {
        header(S3Header.bypassGovernanceRetention)?.lowercased() == "true"
    }
}

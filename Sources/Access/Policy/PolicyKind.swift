/// Where a policy is attached, which decides what it may hold.
package enum PolicyKind: Sendable, Hashable {
    /// Of a user or group.
    case identity
    /// Given to temporary credentials or a service account to narrow what their user may.
    case session
    /// Of the bucket with that name.
    case bucket(String)

    /// In bytes: 20 KiB for buckets as S3 has it, 2 KiB for sessions as STS has it. MinIO takes 4 KiB for
    /// service accounts: a caller can say so.
    package var sizeMax: Int {
        switch self {
        case .identity: 256 << 10
        case .session: 2048
        case .bucket: 20 << 10
        }
    }

    var isBucketPolicy: Bool {
        switch self {
        case .bucket: true
        case .identity, .session: false
        }
    }
}

/// How strictly a policy is read.
package enum PolicyOrigin: Sendable, Hashable {
    /// Somebody puts it now: mistakes are refused, so that they can be mended.
    case submitted
    /// It was accepted once, by this server or another: what can be understood is.
    case stored
}

/// The version of the policy language.
package enum PolicyVersion: String, Sendable, Hashable, Comparable {
    /// Without variables.
    case v2008 = "2008-10-17"
    case v2012 = "2012-10-17"

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

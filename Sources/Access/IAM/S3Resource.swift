package import Policy

/// What an action is done to.
package enum S3Resource: Sendable, Hashable {
    /// All buckets, as when they are listed.
    case everything
    case bucket(String)
    case object(bucket: String, key: String)
    /// Keys of the bucket that only the request's body will name. Each is asked for by itself once it is
    /// known; until then an authorizer denies only what it would deny for every key.
    case objectsNamedLater(bucket: String)
    /// Every key of the bucket that begins so and goes on; granted only where each of them would be.
    case everyObject(bucket: String, prefix: String)
    /// The server itself, which administration is about.
    case server

    /// As policies name it; the server has no name there and matches what stands for everything.
    package var arn: String {
        switch self {
        case .everything: "arn:aws:s3:::*"
        case .bucket(let bucket): "arn:aws:s3:::\(bucket)"
        case .object(let bucket, let key): "arn:aws:s3:::\(bucket)/\(key)"
        case .objectsNamedLater(let bucket): "arn:aws:s3:::\(bucket)/*"
        case .everyObject(let bucket, let prefix): "arn:aws:s3:::\(bucket)/\(prefix)*"
        case .server: "*"
        }
    }

    /// As policies are asked about it.
    package var policyResource: PolicyResource {
        switch self {
        case .everything, .bucket, .object: .named(arn)
        case .objectsNamedLater(let bucket): .objectsNamedLater(bucketARN: "arn:aws:s3:::\(bucket)")
        case .everyObject(let bucket, let prefix): .everyObject(prefixARN: "arn:aws:s3:::\(bucket)/\(prefix)")
        case .server: .server
        }
    }

    /// The bucket whose policy and owner have a say; `nil` when there is none.
    package var bucket: String? {
        switch self {
        case .everything, .server: nil
        case .bucket(let bucket), .object(let bucket, _), .objectsNamedLater(let bucket),
            .everyObject(let bucket, _):
            bucket
        }
    }
}

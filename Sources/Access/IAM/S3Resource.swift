/// What an action is done to.
package enum S3Resource: Sendable, Hashable {
    /// The server as a whole, as when buckets are listed.
    case everything
    case bucket(String)
    case object(bucket: String, key: String)
    /// Keys of the bucket that only the request's body will name. Each is asked for by itself once it is
    /// known; until then an authorizer denies only what it would deny for every key.
    case objectsNamedLater(bucket: String)

    /// As policies name it.
    package var arn: String {
        switch self {
        case .everything: "arn:aws:s3:::*"
        case .bucket(let bucket): "arn:aws:s3:::\(bucket)"
        case .object(let bucket, let key): "arn:aws:s3:::\(bucket)/\(key)"
        case .objectsNamedLater(let bucket): "arn:aws:s3:::\(bucket)/*"
        }
    }
}

/// The limits of the S3 reference, in bytes.
package enum ObjectSizes {
    /// A PUT, a part, and what a copy may read at once: 5 GiB.
    package static let singlePutMax: Int64 = 5 << 30
    /// 5 TiB.
    package static let objectMax: Int64 = 5 << 40
    /// Every part but the last: 5 MiB.
    package static let partMin: Int64 = 5 << 20
}

internal import Cryptography
package import S3API

/// MD5 and perhaps a checksum over bytes that need no comparison. For one task at a time.
package final class CopyDigest {
    private var size: Int64 = 0
    private var md5 = MD5()
    private let checksum: RunningChecksum?

    package init(computing algorithm: ChecksumAlgorithm?) {
        checksum = algorithm.map { RunningChecksum($0) }
    }

    package func update(_ bytes: UnsafeRawBufferPointer) {
        size += Int64(bytes.count)
        md5.update(bytes)
        checksum?.update(bytes)
    }

    package func finish() -> BodyDigest {
        BodyDigest(size: size, md5: md5.finalize(), checksum: checksum?.finish())
    }
}

package import S3API
package import Topology

extension StorageClass {
    /// Reads x-amz-storage-class; absent means STANDARD.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/invalidStorageClass`` for classes that need other drives.
    package init(header text: String?) throws(S3Error) {
        switch text {
        case nil, "", "STANDARD": self = .standard
        case "REDUCED_REDUNDANCY": self = .reducedRedundancy
        case .some: throw S3Error(.invalidStorageClass)
        }
    }
}

/// The two storage classes a client can ask for.
package enum StorageClass: String, Sendable, Hashable {
    case standard = "STANDARD"
    case reducedRedundancy = "REDUCED_REDUNDANCY"
}

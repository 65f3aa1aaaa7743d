/// Why stored bytes could not be read or written.
package enum IAMStorageError: Error, Equatable, Sendable {
    /// Too few drives answer; later it may work. Whether a write or removal took place is not known.
    case unavailable(String)
    /// What is stored is damaged beyond repair.
    case corrupt(String)
}

/// Small files that outlive the process. Paths are below the system folder, such as
/// `config/iam/users/alice/identity.json`.
package protocol IAMStorage: Sendable {
    /// `nil` when there is no such file for certain.
    func read(_ path: String) async throws(IAMStorageError) -> [UInt8]?

    /// On return the file is durable and read by everybody; readers see the old bytes or the new, never a mixture.
    func write(_ path: String, _ bytes: [UInt8]) async throws(IAMStorageError)

    /// On return the file is gone for good. Succeeds when there is none.
    func remove(_ path: String) async throws(IAMStorageError)

    /// The path of every file whose path starts with `prefix`, in any order.
    func list(_ prefix: String) async throws(IAMStorageError) -> [String]
}

package import Base
package import Bytes

/// One drive of an erasure set, wherever it is.
///
/// Calls are coarse: one a drive and step, so that a remote drive costs one message. They may be made by many
/// tasks at once. A call may hang for as long as the hardware does; whoever waits brings the patience. What a
/// call changed is durable when it returns, unless its comment says otherwise.
///
/// A change to an object is a *transaction*: shards are staged under its id, then one ``commit(_:)`` makes
/// the change on this drive in one atomic step. Until ``finish(_:)`` the drive keeps what the change replaced
/// and can still ``revert(_:)``, also after a crash:
///
///     stage* ──▶ commit ──▶ finish        (write quorum reached: the old files go)
///        │          └─────▶ revert        (quorum missed: the old state is back)
///        └───────▶ revert                 (upload broken off: staged shards go)
package protocol Drive: AnyObject, Sendable {
    /// The id in `format.json`.
    var id: UUID { get }
    /// What an operator knows it by: a path or a URL.
    var endpoint: String { get }
    /// Whether calls make sense now; never blocks.
    var isOnline: Bool { get }
    /// Why the drive is out of service until it is opened anew; `nil` while it serves, or only hangs.
    var offlineReason: String? { get }

    // Volumes: buckets and the system folder.

    func volumes() async throws(DriveError) -> [Volume]
    /// - Throws: ``DriveError/alreadyExists``.
    func makeVolume(_ name: String) async throws(DriveError)
    /// Removes an empty bucket folder, and folders in it that hold no file. Shards that a committed transaction has
    /// replaced and that wait for its ``finish(_:)`` are no obstacle, and are read until then as before.
    /// - Throws: ``DriveError/notEmpty`` when any file is below it.
    func removeVolume(_ name: String) async throws(DriveError)

    // Reading.

    /// The whole `xl.meta` with its inline data, unchecked.
    /// - Throws: ``DriveError/notFound``, ``DriveError/volumeNotFound``: positive answers, not guesses.
    func readXLMeta(_ path: ObjectPath) async throws(DriveError) -> [UInt8]
    /// Of a large `xl.meta` only what its newest version needs, of another one all of it, unchecked.
    /// - Parameter inlineData: whether the shards that lie in the file are needed too.
    /// - Throws: as ``readXLMeta(_:)``.
    func readXLMetaHead(_ path: ObjectPath, inlineData: Bool) async throws(DriveError) -> XLMetaReading
    /// Fills `range` of `block` from `offset` of a shard file, unchecked.
    /// - Throws: ``DriveError/corrupt(_:)`` when the file ends before.
    func read(
        _ file: ShardFile,
        at offset: Int64,
        into block: Block,
        range: Range<Int>
    ) async throws(DriveError)
    /// A page of one folder in key order.
    func list(_ request: DirectoryRequest) async throws(DriveError) -> DirectoryPage
    /// The parts of a pending upload: `part.N.meta` as stored, by part number, for those in `parts` or all.
    func readParts(
        of upload: ObjectPath,
        dataDirectory: UUID,
        parts: ClosedRange<Int>
    ) async throws(DriveError) -> [Int: [UInt8]]

    // Changing.

    /// Appends frames to a staged shard file, creating it at offset 0. Not durable before the commit.
    func stage(_ frames: ShardFrames, to file: StagedFile, at offset: Int64) async throws(DriveError)
    /// Makes the change visible and durable on this drive, atomically, also across a crash.
    func commit(_ transaction: Transaction) async throws(DriveError)
    /// Lets go of what a committed transaction replaced. Idempotent; unknown ids are fine.
    func finish(_ id: UUID) async throws(DriveError)
    /// Takes a transaction back, committed or only staged. Idempotent; unknown ids are fine.
    func revert(_ id: UUID) async throws(DriveError)
    /// Transactions that a crash left open on this drive, for the engine to finish or revert.
    func openTransactions() async throws(DriveError) -> [OpenTransaction]
    /// Puts a transaction into place that was found prepared: afterwards it is as if it had been committed.
    /// Idempotent for an applied one.
    /// - Throws: ``DriveError/notFound`` for an unknown id, ``DriveError/corrupt(_:)`` for a torn one.
    func resume(_ id: UUID) async throws(DriveError)
    /// Removes a pending upload with all its parts. Absence is a success.
    func removeUpload(_ upload: ObjectPath) async throws(DriveError)
    /// Removes what finished transactions have left to remove. Nothing may be called afterwards.
    func close() async
    /// Bytes in all and free.
    func capacity() async throws(DriveError) -> (total: Int64, free: Int64)
}

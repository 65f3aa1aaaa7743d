/// What an operator or a test may want a drive to do differently.
package struct DriveConfiguration: Sendable {
    /// A drive that has answered nothing for that long while calls are under way counts as hung.
    package var patience = Duration.seconds(30)
    /// The same for syncs alone. A sync writes what everybody has dirtied in the file system, other programs too, and
    /// may take long on a drive that works: as long as the kernel gives a task before it calls it hung. Nobody pays for
    /// the difference: a request waits for one drive no longer than its grace period, and ``committingSizeMax`` bounds
    /// what is kept for it.
    package var syncPatience = Duration.seconds(120)
    /// Bytes of inline shards that commits under way may hold; more are refused as ``DriveError/busy``. A drive that
    /// hangs keeps what it was given until it wakes.
    package var committingSizeMax = 32 << 20
    /// Staged bytes of a file after which it is synced, so that no group sync has much to write.
    package var streamedSyncSize: Int64 = 8 << 20
    /// Folder names that the listing cache keeps.
    package var cachedKeysMax = 200_000
    /// How long after a finish its leftovers are removed if no other sync comes along; `nil`: not by itself,
    /// only with other work and in ``LocalDrive/close()``.
    package var tidyDelay: Duration? = .milliseconds(500)

    package init() {}
}

/// What an operator or a test may want a drive to do differently.
package struct DriveConfiguration: Sendable {
    /// A drive that has answered nothing for that long while calls are under way counts as hung.
    package var patience = Duration.seconds(30)
    /// Staged bytes of a file after which it is synced, so that no group sync has much to write.
    package var streamedSyncSize: Int64 = 8 << 20
    /// Folder names that the listing cache keeps.
    package var cachedKeysMax = 200_000
    /// How long after a finish its leftovers are removed if no other sync comes along; `nil`: not by itself,
    /// only with other work and in ``LocalDrive/close()``.
    package var tidyDelay: Duration? = .milliseconds(500)

    package init() {}
}

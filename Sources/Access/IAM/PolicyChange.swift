/// What attaching or detaching changed.
package struct PolicyChange: Sendable, Equatable {
    /// Those that were attached or detached now; the others were so already.
    package let changed: [String]
    /// What is attached to the holder from now on.
    package let attached: [String]
}

/// What one background pass did.
package struct MaintenanceReport: Sendable, Equatable {
    /// Expired temporary credentials and service accounts that were removed.
    package var removedCount = 0
    /// Whether there were more than the pass was allowed to remove.
    package var hasMore = false
    package var unreadable: [LoadReport.Unreadable] = []
}

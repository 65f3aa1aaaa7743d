/// Stops the process, or starts it anew.
package protocol ServiceControl: Sendable {
    /// Whether ``restart()`` brings the server back.
    var canRestart: Bool { get }

    /// Begins to stop and returns at once; requests that run are served to their end.
    func stop()

    /// The same, and the server starts again. Only where ``canRestart``.
    func restart()
}

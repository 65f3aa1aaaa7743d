/// Makes what was written durable, for many writers at once.
package protocol Committer: Sendable {
    /// Returns once everything that was written and renamed before the call is durable.
    ///
    /// - Throws: when something was lost, for everybody who waited and from then on for ever: the drives of
    ///   the file system have to be opened anew, with a new committer.
    func sync(_ point: SyncPoint) async throws(FileError)
}

/// What is guessed at in a sign-in that fails.
package enum SignInSubject: Sendable, Hashable {
    /// The secret of that access key.
    case accessKey(String)
    /// An access key that there is: all that are not are one.
    case unknownAccessKey
    /// Names and passwords of a directory. All of them are one: directories take many spellings for one name, and one
    /// password can be tried with many names.
    case directory
    /// A provider's tokens, which name nobody until they are believed.
    case token
    /// Certificates of TLS clients, which name nobody until an authority vouches for them.
    case certificate
    /// Forms, of which some never end.
    case form
}

/// Counts the failed sign-ins of one client, so that it cannot go on guessing. Any number of tasks may ask at once.
package protocol SignInAttempts: Sendable {
    /// Whether the client has failed too often to be heard now.
    func areExhausted(for subject: SignInSubject) -> Bool
    func recordFailure(of subject: SignInSubject)
    /// Counts a failure before it is known, where finding out takes time: no more are found out at once than may fail.
    ///
    /// - Returns: `false` for a client that has failed too often; it is not counted again. Otherwise
    ///   ``release(_:)`` takes the failure back if there was none.
    func reserve(_ subject: SignInSubject) -> Bool
    func release(_ subject: SignInSubject)
}

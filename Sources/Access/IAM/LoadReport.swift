/// What was found when users and policies were read.
package struct LoadReport: Sendable, Equatable {
    package struct Unreadable: Sendable, Equatable {
        package let path: String
        package let reason: String
    }

    package var userCount = 0
    package var groupCount = 0
    /// Without the built-in ones.
    package var policyCount = 0
    package var serviceAccountCount = 0
    package var temporaryCredentialCount = 0
    /// In order of paths. Whoever they concern is refused until they can be read or are replaced.
    package var unreadable: [Unreadable] = []
    /// A change that was begun before the last stop was finished.
    package var finishedChange = false
}

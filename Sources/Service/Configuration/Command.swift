/// What the program was asked to do.
package enum Command: Sendable, Equatable {
    case server(ServerSettings)
    /// Print the text, which ends in a newline, and exit 0.
    case help(String)
    /// Print the version and exit 0.
    case version
}

/// Why a text is no URL that this program would ask.
package enum WebURLError: Error, Equatable, Sendable {
    case tooLong(size: Int, sizeMax: Int)
    /// Neither `http` nor `https`.
    case unknownScheme
    /// Something before an `@`: a name and a password, or a trick to make another host look right.
    case userInformation
    /// Empty, or neither a name, nor four decimal numbers, nor an IPv6 address in brackets. Other spellings of
    /// numbers, which some resolvers take for an address, are among these.
    case malformedHost
    case malformedPort
    /// A byte that RFC 3986 does not allow in a path or query: white space, a backslash, anything beyond ASCII.
    case unexpectedByte(UInt8, offset: Int)
    /// There is a `#`, which no server would see.
    case fragment
}

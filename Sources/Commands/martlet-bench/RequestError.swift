import Posix

/// Why one request did not get the answer it must get.
enum RequestError: Error, Equatable, CustomStringConvertible {
    case network(Errno)
    /// Nothing moved for as long as a client waits.
    case timedOut
    /// The connection ended before the answer did.
    case endedEarly
    /// The answer's head is no HTTP/1 head, or longer than a client reads.
    case malformedHead
    /// A body must come with Content-Length: its end is checked.
    case contentLengthMissing
    /// `code` is the `<Code>` of the S3 error document, where there is one.
    case unexpectedStatus(Int, code: String?)
    case wrongSize(expected: Int, announced: Int)
    /// The first piece of the body that is not what was written holds this offset or begins at it.
    case wrongBytes(objectOffset: Int)
    /// The answer is about another version than the one asked for, or does not say which one was written.
    case wrongVersion

    var description: String {
        switch self {
        case .network(let error): "\(error)"
        case .timedOut: "no progress for \(Connection.timeoutSeconds) s"
        case .endedEarly: "the connection ended before the answer did"
        case .malformedHead: "the answer's head is malformed"
        case .contentLengthMissing: "the answer has no Content-Length"
        case .unexpectedStatus(let status, let code): "status \(status)" + (code.map { " \($0)" } ?? "")
        case .wrongSize(let expected, let announced): "Content-Length \(announced) instead of \(expected)"
        case .wrongBytes(let offset): "wrong bytes in the body, at offset \(offset) or soon after"
        case .wrongVersion: "x-amz-version-id is missing or wrong"
        }
    }
}

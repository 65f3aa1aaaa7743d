import Posix

/// Why no benchmark ran. A request that went wrong while it ran is a ``RequestError`` and is counted.
enum BenchError: Error, Equatable, CustomStringConvertible {
    case unknownArgument(String)
    case valueMissing(option: String)
    case badValue(option: String, value: String, expected: String)
    case conflict(String, String)
    /// The endpoint's name has no address; the resolver's reason.
    case unknownHost(String, reason: String)
    /// The endpoint leads off this machine, and nobody allowed that.
    case notLoopback(String)
    /// Nothing could be asked of the server: the request that failed, and how.
    case serverRefuses(request: String, RequestError)
    /// The process named by `--pid` cannot be read.
    case noSuchProcess(Int32, Errno)
    case cannotStartThread(Errno)

    /// The command line is wrong, rather than what it names.
    var isUsage: Bool {
        switch self {
        case .unknownArgument, .valueMissing, .badValue, .conflict, .notLoopback: true
        case .unknownHost, .serverRefuses, .noSuchProcess, .cannotStartThread: false
        }
    }

    var description: String {
        switch self {
        case .unknownArgument(let argument): "unknown argument '\(argument)'"
        case .valueMissing(let option): "\(option) needs a value"
        case .badValue(let option, let value, let expected): "\(option): '\(value)' is not \(expected)"
        case .conflict(let first, let second): "\(first) and \(second) exclude each other"
        case .unknownHost(let host, let reason): "cannot resolve '\(host)': \(reason)"
        case .notLoopback(let endpoint):
            "\(endpoint) is not on the loopback interface; add --allow-remote to load another machine"
        case .serverRefuses(let request, let error): "\(request): \(error)"
        case .noSuchProcess(let pid, let error): "cannot read the processor time of process \(pid): \(error)"
        case .cannotStartThread(let error): "cannot start a client: \(error)"
        }
    }
}

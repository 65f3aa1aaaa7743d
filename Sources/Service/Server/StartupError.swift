internal import Drives
internal import Engine
internal import HTTPServer
internal import Posix
internal import TLS

/// Why the server does not start. The text says what would be right.
enum StartupError: Error, CustomStringConvertible {
    case cannotListen(HTTPServerError)
    case cannotOpen(EngineOpeningError)
    case certificates(directory: String, TLSError)
    case noCertificates(directory: String)
    case system(Errno)
    /// The former run has ended cleanly.
    case cannotRestart(Errno)

    var description: String {
        switch self {
        case .cannotListen(.cannotListen(let address, let errno)): "cannot listen on \(address): \(errno)"
        case .cannotListen(.badAddress(let error)): "the listen address is not valid: \(error)"
        case .cannotOpen(let error): Self.text(error)
        case .certificates(let directory, let error):
            "the certificates in \(directory) cannot be used: \(error)"
        case .noCertificates(let directory):
            "there is no certificate in \(directory): put public.crt and private.key there, or unset the folder"
        case .system(let errno): "\(errno)"
        case .cannotRestart(let errno): "the program cannot be run anew: \(errno)"
        }
    }

    private static func text(_ error: EngineOpeningError) -> String {
        switch error {
        case .drive(let error): text(error)
        case .topology(let error): "the drives cannot form a store: \(error)"
        case .foreignDrive(let path):
            "\(path) belongs to another deployment: take it out, or start with the drives it belongs to"
        case .notEmpty(let path):
            "\(path) holds files but no format.json, and no other drive is formatted: name empty folders"
        case .severalPools(let count): "\(count) pools are named; this version serves one"
        case .engine(let error): "the drives cannot be read: \(error)"
        case .keptSettings(let reason):
            "the settings kept on the drives (config/config.json in the system folder) are not known, and without them objects could be stored with too little redundancy: \(reason)"
        case .formatting(let path, let error): "\(path) cannot be formatted: \(error)"
        }
    }

    private static func text(_ error: DriveFolderError) -> String {
        switch error {
        case .missing(let path): "\(path) is no folder: make it first"
        case .unreadable(let path, let call, let code):
            "\(path) cannot be used (\(Errno(code: code, call: "open")), in \(call)): it must belong to the user the server runs as"
        case .locked(let path, let pid):
            "\(path) is in use by another server" + (pid.map { " (process \($0))" } ?? "")
        }
    }
}

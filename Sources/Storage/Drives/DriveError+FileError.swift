import Files

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension DriveError {
    /// What the kernel's answer means for a caller that looks something up.
    init(reading error: FileError) {
        switch error.code {
        // A file where a folder would have to be: nothing can be below it.
        case ENOENT, ENOTDIR: self = .notFound
        default: self.init(error)
        }
    }

    /// What the kernel's answer means for a caller that changes something.
    init(_ error: FileError) {
        switch error.code {
        case ENOENT: self = .notFound
        case EEXIST: self = .alreadyExists
        case ENOTEMPTY: self = .notEmpty
        case ENAMETOOLONG, ELOOP, EXDEV, EINVAL, ENOTDIR, EISDIR: self = .unstorableName
        case ENOSPC, EDQUOT: self = .full
        default: self = .failed(call: error.call.description, code: error.code)
        }
    }

    /// What it means in a place of the drive's own: one that is missing says nothing of any object.
    init(inOwnFolder error: FileError) {
        if error.code == ENOENT {
            self = .failed(call: error.call.description, code: error.code)
        } else {
            self.init(error)
        }
    }

    /// Whether the drive has to show that it is still the same one before it is written to again.
    var raisesDoubt: Bool {
        switch self {
        case .failed(_, let code): code != EMFILE && code != ENFILE && code != ENOMEM
        case .volumeNotFound, .notFound, .alreadyExists, .notEmpty, .unstorableName, .corrupt, .full,
            .offline,
            .busy, .reverted:
            false
        }
    }
}

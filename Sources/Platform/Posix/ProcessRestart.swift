import CLinux

#if canImport(Glibc)
@preconcurrency import Glibc
#elseif canImport(Musl)
@preconcurrency import Musl
#endif

/// The program anew in the same process.
package enum ProcessRestart {
    private static let link = "/proc/self/exe"
    /// What the kernel adds to the name of a program that was replaced.
    private static let mark = Array(" (deleted)".utf8)

    /// Runs the program with the arguments and the environment that the process was started with: the one that lies now
    /// where it was started from, or, where that does not run, the same one. The process keeps its id and its standard
    /// streams; its other descriptors are closed and its other threads end. The stop signals stay held back, and one
    /// that waits reaches the new program.
    ///
    /// - Returns: only where that failed, why.
    package static func run() -> Errno {
        do throws(Errno) {
            try StopSignals.block()
        } catch {
            return error
        }
        // Where the kernel lacks the call, descriptors are closed because each was opened for this program only.
        _ = clinux_close_on_exec_from(3)
        if let path = programPath() {
            // By its own path, because processes are listed under the last part of it.
            execve(path, CommandLine.unsafeArgv, environ)
        }
        execve(link, CommandLine.unsafeArgv, environ)
        return Errno(code: errno, call: "execve")
    }

    private static func programPath() -> String? {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        let size = readlink(link, &bytes, bytes.count)
        guard size > 0, size < bytes.count else { return nil }
        var name = bytes.prefix(size).map { UInt8(bitPattern: $0) }
        if name.suffix(mark.count) == mark[...] { name.removeLast(mark.count) }
        return String(validating: name, as: UTF8.self)
    }
}

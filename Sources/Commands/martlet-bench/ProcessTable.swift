import Glibc
import Posix

/// What `/proc` and the kernel's counters say. Every call blocks for as long as reading those files takes.
enum ProcessTable {
    /// - Throws: ``Errno``; `ENOENT` when there is no such process, `EPROTO` when its file makes no sense.
    static func stat(of pid: Int32) throws(Errno) -> ProcessStat {
        guard let stat = ProcessStat(try bytes(ofFile: "/proc/\(pid)/stat")) else {
            throw .protocolError(call: "stat")
        }
        return stat
    }

    /// The processes that hold a socket on which connections to `address` are accepted. Only those whose
    /// descriptors this user may see.
    static func listeners(on address: SocketAddress) -> [Int32] {
        var links: Set<String> = []
        for path in ["/proc/net/tcp", "/proc/net/tcp6"] {
            // A machine without IPv6 lacks the second; without either nobody is found.
            guard let bytes = try? bytes(ofFile: path) else { continue }
            let table = ListeningSocketTable(String(decoding: bytes, as: UTF8.self))
            links.formUnion(table.inodes(for: address).map { "socket:[\($0)]" })
        }
        guard !links.isEmpty else { return [] }
        return names(inFolder: "/proc").compactMap { Int32($0) }.filter { pid in
            let folder = "/proc/\(pid)/fd"
            return names(inFolder: folder).contains { links.contains(link("\(folder)/\($0)")) }
        }.sorted()
    }

    /// The unit of ``ProcessStat``'s times.
    static var ticksPerSecond: Int { max(1, sysconf(CInt(_SC_CLK_TCK))) }

    /// User and system time of this process so far.
    static var ownMicroseconds: Int {
        var usage = rusage()
        let result = getrusage(RUSAGE_SELF.rawValue, &usage)
        precondition(result == 0, "getrusage of oneself cannot fail")
        return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1_000_000 + usage.ru_utime.tv_usec
            + usage.ru_stime.tv_usec
    }

    private static func bytes(ofFile path: String) throws(Errno) -> [UInt8] {
        let number = open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { throw .lastError(call: "open") }
        let descriptor = Descriptor(owning: number)
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(descriptor.number, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .lastError(call: "read") }
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
        }
    }

    /// Empty where the folder cannot be read: the process has ended, or is another user's.
    private static func names(inFolder path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            names.append(name)
        }
        return names
    }

    /// Where a symbolic link leads; empty when it cannot be read.
    private static func link(_ path: String) -> String {
        var target = [CChar](repeating: 0, count: 256)
        let count = readlink(path, &target, target.count)
        return String(decoding: target.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

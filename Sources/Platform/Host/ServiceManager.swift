import Glibc

/// Tells systemd how far the service is (sd_notify(3)), if it asked by NOTIFY_SOCKET.
package enum ServiceManager {
    package enum State: String, Sendable {
        case ready = "READY=1"
        case stopping = "STOPPING=1"
        /// It is away for a while, and ``ready`` again in the same process. To say that it stops would have it ended.
        case reloading = "RELOADING=1"

        /// The moment tells two reloads apart.
        fileprivate var message: String {
            switch self {
            case .ready, .stopping: return rawValue
            case .reloading:
                var time = timespec()
                clock_gettime(CLOCK_MONOTONIC, &time)
                return "\(rawValue)\nMONOTONIC_USEC=\(time.tv_sec * 1_000_000 + time.tv_nsec / 1000)"
            }
        }
    }

    /// - Parameter socketName: NOTIFY_SOCKET's value: a path, or `@` and an abstract name; `nil` does nothing.
    /// - Returns: whether the state was handed over. Nobody waits for it, so a failure changes nothing.
    @discardableResult
    package static func notify(_ state: State, socketName: String?) -> Bool {
        guard let socketName, let first = socketName.utf8.first,
            first == UInt8(ascii: "/") || first == UInt8(ascii: "@")
        else { return false }
        var address = sockaddr_un()
        var name = Array(socketName.utf8)
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
        if first == UInt8(ascii: "@") { name[0] = 0 }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let text = Array(state.message.utf8)
        let addressSize = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let sent = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, text, text.count, CInt(MSG_NOSIGNAL), $0, addressSize)
            }
        }
        return sent == text.count
    }
}

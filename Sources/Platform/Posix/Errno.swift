#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A failed system call: which one, and the kernel's reason.
package struct Errno: Error, Equatable, CustomStringConvertible {
    package let code: CInt
    package let call: StaticString

    /// Reads the calling thread's `errno`; call it before anything else can change it.
    init(_ call: StaticString) {
        code = errno
        self.call = call
    }

    package init(code: CInt, call: StaticString) {
        self.code = code
        self.call = call
    }

    /// The reason of a call that a C library made for us, read from this thread's `errno`; 0 when there is none.
    package static func lastError(call: StaticString) -> Self { Self(call) }
    /// EPIPE: the peer takes nothing more.
    package static func brokenPipe(call: StaticString) -> Self { Self(code: EPIPE, call: call) }
    /// EPROTO: the peer does not speak the protocol.
    package static func protocolError(call: StaticString) -> Self { Self(code: EPROTO, call: call) }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }

    /// As in `bind: Address already in use (98)`.
    package var description: String {
        var text = [CChar](repeating: 0, count: 128)
        // The XSI form fills the buffer; a failure leaves it empty and the number still tells.
        _ = strerror_r(code, &text, text.count)
        let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return "\(call): \(String(decoding: bytes, as: UTF8.self)) (\(code))"
    }

    /// The call would have to wait, and the descriptor does not block.
    package var isWouldBlock: Bool { code == EAGAIN || code == EWOULDBLOCK }

    /// The process or the machine is out of descriptors or socket memory: waiting may help.
    package var isExhaustion: Bool {
        code == EMFILE || code == ENFILE || code == ENOBUFS || code == ENOMEM
    }

    /// There is no such file, or what should be a folder on its way is none.
    package var isNotFound: Bool { code == ENOENT || code == ENOTDIR }

    /// The address is held by another socket.
    package var isAddressInUse: Bool { code == EADDRINUSE }

    /// The machine has no such address family, or not this address.
    package var isAddressUnavailable: Bool { code == EAFNOSUPPORT || code == EADDRNOTAVAIL }
}

/// Retries `body` while a signal interrupts it.
///
/// - Throws: ``Errno`` for any other result of -1.
func check<Result: SignedInteger>(_ call: StaticString, _ body: () -> Result) throws(Errno) -> Result {
    while true {
        let result = body()
        if result != -1 { return result }
        let error = Errno(call)
        guard error.code == EINTR else { throw error }
    }
}

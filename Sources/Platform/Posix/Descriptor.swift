#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// An owned file descriptor: closed when the value goes away and never copied, so it is closed once.
package struct Descriptor: ~Copyable, Sendable {
    /// Borrowed: valid as long as this value lives.
    package let number: CInt

    /// Takes ownership of `number`.
    package init(owning number: CInt) {
        precondition(number >= 0)
        self.number = number
    }

    deinit {
        // Linux frees the descriptor whatever close(2) answers; there is nothing to retry.
        _ = close(number)
    }
}

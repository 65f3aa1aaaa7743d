import Glibc
import Posix

/// A thread that computes one value.
struct JoinableThread<Value: Sendable>: ~Copyable {
    private let thread: pthread_t
    private let work: Work<Value>

    /// - Throws: ``Errno`` when the machine has no room for another thread.
    init(_ body: @escaping @Sendable () -> Value) throws(Errno) {
        let work = Work(body)
        var thread = pthread_t()
        let held = Unmanaged<AnyWork>.passRetained(work)
        let code = pthread_create(
            &thread,
            nil,
            { pointer in
                guard let pointer else { return nil }
                Unmanaged<AnyWork>.fromOpaque(pointer).takeRetainedValue().run()
                return nil
            },
            held.toOpaque()
        )
        guard code == 0 else {
            held.release()
            throw Errno(code: code, call: "pthread_create")
        }
        (self.thread, self.work) = (thread, work)
    }

    /// Blocks until the thread has ended.
    consuming func join() -> Value {
        let code = pthread_join(thread, nil)
        precondition(code == 0)
        guard let value = work.value else { preconditionFailure("the thread ended without its value") }
        return value
    }
}

private class AnyWork {
    func run() {}
}

/// The thread writes `value`, and whoever joined it reads it: never both at once.
private final class Work<Value: Sendable>: AnyWork {
    private let body: @Sendable () -> Value
    private(set) var value: Value?

    init(_ body: @escaping @Sendable () -> Value) { self.body = body }

    override func run() { value = body() }
}

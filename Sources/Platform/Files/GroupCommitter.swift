import Base

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// One thread that syncs one file system: the writers of one moment share one sync.
///
///     requests  a b     c d e         f
///     thread        [a b      ][c d e      ][f ]
///
/// A request that arrives while a sync runs waits for the next, because its writes may have come too late
/// for the running one. The kernel reports a lost write only once, so after a failure nothing more is
/// acknowledged through this committer.
package final class GroupCommitter: Committer {
    private let state = CommitterState()

    /// - Parameter name: of the thread, at most 15 bytes are kept.
    /// - Parameter sync: blocks until the file system has made everything durable.
    package init(name: String, sync: @escaping @Sendable (SyncPoint) throws(FileError) -> Void) {
        startThread(name: name) { [state] in state.run(sync) }
    }

    deinit { state.close() }

    /// Whether a sync has failed; it stays so.
    package var hasFailed: Bool { state.failure != nil }

    package func sync(_ point: SyncPoint) async throws(FileError) {
        let failure = await withCheckedContinuation { continuation in
            if let failure = state.add(continuation, point) { continuation.resume(returning: failure) }
        }
        if let failure { throw failure }
    }
}

private final class CommitterState: @unchecked Sendable {
    typealias Waiter = CheckedContinuation<FileError?, Never>

    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var waiters: [Waiter] = []
    private var point = SyncPoint.applied
    private var failed: FileError?
    private var isClosed = false

    init() {
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        condition = .allocate(capacity: 1)
        condition.initialize(to: pthread_cond_t())
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        pthread_cond_destroy(condition)
        mutex.deallocate()
        condition.deallocate()
    }

    private func locked<Answer>(_ body: () -> Answer) -> Answer {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }

    var failure: FileError? { locked { failed } }

    /// The failure to answer at once with, or `nil` when the waiter is in line.
    func add(_ waiter: Waiter, _ point: SyncPoint) -> FileError? {
        let (failure, isFirst) = locked { () -> (FileError?, Bool) in
            if let failed { return (failed, false) }
            if waiters.isEmpty { self.point = point }
            waiters.append(waiter)
            return (nil, waiters.count == 1)
        }
        // Outside, or the thread that wakes up would sleep again at once until the mutex is free.
        if isFirst { pthread_cond_signal(condition) }
        return failure
    }

    func close() {
        locked {
            isClosed = true
            pthread_cond_signal(condition)
        }
    }

    func run(_ sync: (SyncPoint) throws(FileError) -> Void) {
        while let (group, point) = nextGroup() {
            var result: FileError?
            do throws(FileError) { try sync(point) } catch { result = error }
            var refused = group
            if let result {
                // Those who came meanwhile must not be told a success by a later sync.
                locked {
                    failed = result
                    refused += waiters
                    waiters = []
                }
            }
            for waiter in refused { waiter.resume(returning: result) }
        }
    }

    /// After a rest the first of a group comes alone: the other drives of the same write are a few steps behind, and a
    /// sync takes far longer than it takes them to come. Later groups form while a sync runs.
    private func letOthersJoin() {
        guard !waiters.isEmpty else { return }
        pthread_mutex_unlock(mutex)
        var pause = timespec(tv_sec: 0, tv_nsec: 100_000)
        nanosleep(&pause, nil)
        pthread_mutex_lock(mutex)
    }

    /// Waits for somebody to wait; `nil` when nobody will any more.
    private func nextGroup() -> ([Waiter], SyncPoint)? {
        locked {
            while waiters.isEmpty {
                if isClosed { return nil }
                pthread_cond_wait(condition, mutex)
                letOthersJoin()
            }
            defer { waiters = [] }
            return (waiters, point)
        }
    }
}

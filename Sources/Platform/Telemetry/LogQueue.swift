#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The bytes between callers and the writer thread, under one mutex.
final class LogQueue: @unchecked Sendable {
    /// What the writer thread takes in one go.
    struct Batch {
        var bytes: [UInt8]
        var lineCount: UInt64
        /// Lines dropped and not reported yet.
        var droppedCount: UInt64
    }

    let droppedTotal = Counter()
    private let pendingSizeMax: Int
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    private var pending: [UInt8] = []
    private var pendingLineCount: UInt64 = 0
    private var unreportedCount: UInt64 = 0
    /// Batches taken, and those whose bytes have left.
    private var takenCount: UInt64 = 0
    private var writtenCount: UInt64 = 0
    private var isStopping = false
    private var hasEnded = false

    init(pendingSizeMax: Int) {
        self.pendingSizeMax = pendingSizeMax
        mutex.initialize(to: pthread_mutex_t())
        changed.initialize(to: pthread_cond_t())
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        let results = (pthread_mutex_init(mutex, nil), pthread_cond_init(changed, &attributes))
        precondition(results == (0, 0))
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    func append(_ line: [UInt8]) {
        locked {
            guard !isStopping, pending.count + line.count <= pendingSizeMax else {
                unreportedCount += 1
                droppedTotal.add()
                return
            }
            pending += line
            pendingLineCount += 1
            pthread_cond_broadcast(changed)
        }
    }

    /// Blocks until there is something to write.
    ///
    /// - Returns: `nil` once the queue is stopped and empty.
    func take() -> Batch? {
        locked {
            while pending.isEmpty, !isStopping { pthread_cond_wait(changed, mutex) }
            guard !pending.isEmpty else { return nil }
            let batch = Batch(bytes: pending, lineCount: pendingLineCount, droppedCount: unreportedCount)
            (pending, pendingLineCount, unreportedCount) = ([], 0, 0)
            takenCount += 1
            return batch
        }
    }

    /// The batch taken last is done with. `lostCount` lines of it were refused by the descriptor, and
    /// `unreportedCount` earlier ones could not be reported.
    func finishBatch(lostCount: UInt64, unreportedCount: UInt64) {
        droppedTotal.add(lostCount)
        locked {
            self.unreportedCount += lostCount + unreportedCount
            writtenCount += 1
            pthread_cond_broadcast(changed)
        }
    }

    func stop() {
        locked {
            isStopping = true
            pthread_cond_broadcast(changed)
        }
    }

    func end() {
        locked {
            hasEnded = true
            pthread_cond_broadcast(changed)
        }
    }

    func waitUntilWritten(timeout: Duration) -> Bool {
        locked {
            let goal = pending.isEmpty ? takenCount : takenCount + 1
            return wait(timeout: timeout) { writtenCount >= goal }
        }
    }

    func waitUntilEnded(timeout: Duration) -> Bool {
        locked { wait(timeout: timeout) { hasEnded } }
    }

    /// Called with the mutex held.
    private func wait(timeout: Duration, until isDone: () -> Bool) -> Bool {
        var deadline = timespec()
        clock_gettime(CLOCK_MONOTONIC, &deadline)
        let nanoseconds = deadline.tv_nsec + Int(timeout.components.attoseconds / 1_000_000_000)
        deadline.tv_sec += Int(timeout.components.seconds) + nanoseconds / 1_000_000_000
        deadline.tv_nsec = nanoseconds % 1_000_000_000
        while !isDone() {
            guard pthread_cond_timedwait(changed, mutex, &deadline) == 0 else { return isDone() }
        }
        return true
    }

    private func locked<Answer>(_ body: () -> Answer) -> Answer {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }
}

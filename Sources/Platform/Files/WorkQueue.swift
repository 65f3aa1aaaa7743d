#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What the threads of a lane take from.
///
/// Waking a thread costs as much as a call that is answered from memory, so a call that comes while a thread is at
/// work waits for that one. Only when calls wait longer than that, for a millisecond or two, does the watch wake another
/// thread: then the calls block, as on a disk that has to seek or hangs, and more of them at a time are of use.
///
///     add ──▶ [works] ──▶ thread 1 (awake)
///                │        thread 2 (asleep)
///                └─ watch: the first one was here at the last look already? wake one more
final class WorkQueue: @unchecked Sendable {
    typealias Work = @Sendable () -> Void

    /// Between two looks of the watch. A call waits once to twice that long before another thread is woken for it.
    private static let lookNanoseconds = 1_000_000

    private let waitingMax: Int
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let hasWork: UnsafeMutablePointer<pthread_cond_t>
    private let needsWatch: UnsafeMutablePointer<pthread_cond_t>

    // Under the mutex.
    private var works: [Work] = []
    private var head = 0
    /// How many were ever taken.
    private var takenCount = 0
    /// Threads at work or on their way to it.
    private var awakeCount: Int
    private var asleepCount = 0
    /// How many of those that sleep are to wake up; they count as awake.
    private var wakeCount = 0
    private var isWatched = false
    private var isClosed = false

    /// - Parameter threadCount: how many will call ``next()``, again and again.
    init(waitingMax: Int, threadCount: Int) {
        awakeCount = threadCount
        self.waitingMax = waitingMax
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
        hasWork = Self.makeCondition()
        needsWatch = Self.makeCondition()
    }

    private static func makeCondition() -> UnsafeMutablePointer<pthread_cond_t> {
        let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
        condition.initialize(to: pthread_cond_t())
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
        return condition
    }

    deinit {
        for condition in [hasWork, needsWatch] {
            pthread_cond_destroy(condition)
            condition.deallocate()
        }
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// - Returns: false when too many wait already, or after ``close()``.
    func add(_ work: @escaping Work) -> Bool {
        pthread_mutex_lock(mutex)
        guard works.count - head < waitingMax, !isClosed else {
            pthread_mutex_unlock(mutex)
            return false
        }
        works.append(work)
        let wakes = awakeCount == 0
        if wakes { countOneAwake() }
        let arms = !wakes && !isWatched
        if arms { isWatched = true }
        pthread_mutex_unlock(mutex)
        // Outside, or who wakes up would sleep again at once until the mutex is free.
        if wakes { pthread_cond_signal(hasWork) }
        if arms { pthread_cond_signal(needsWatch) }
        return true
    }

    private func countOneAwake() {
        awakeCount += 1
        asleepCount -= 1
        wakeCount += 1
    }

    /// Waits for work; `nil` when there will never be any.
    func next() -> Work? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while works.count == head {
            if isClosed { return nil }
            sleep()
        }
        takenCount += 1
        let work = works[head]
        head += 1
        if head == works.count {
            works.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 256 {
            works.removeFirst(head)
            head = 0
        }
        return work
    }

    private func sleep() {
        awakeCount -= 1
        asleepCount += 1
        while wakeCount == 0 {
            if isClosed {
                countOneAwake()
                break
            }
            pthread_cond_wait(hasWork, mutex)
        }
        wakeCount -= 1
    }

    /// The watch's thread: looks while there is work, until ``close()``.
    func watch() {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        var seenCount = 0
        while true {
            while !isWatched, !isClosed { pthread_cond_wait(needsWatch, mutex) }
            let takenBefore = takenCount
            pause()
            if isClosed { return }
            let waitingCount = works.count - head
            if waitingCount > 0, takenCount < seenCount, asleepCount > 0 {
                countOneAwake()
                pthread_cond_signal(hasWork)
            }
            seenCount = takenCount + waitingCount
            if waitingCount == 0, takenCount == takenBefore { isWatched = false }
        }
    }

    private func pause() {
        var end = timespec()
        clock_gettime(CLOCK_MONOTONIC, &end)
        end.tv_nsec += Self.lookNanoseconds
        if end.tv_nsec >= 1_000_000_000 {
            end.tv_nsec -= 1_000_000_000
            end.tv_sec += 1
        }
        while !isClosed, pthread_cond_timedwait(needsWatch, mutex, &end) == 0 {}
    }

    /// Work that waits is still handed out.
    func close() {
        pthread_mutex_lock(mutex)
        isClosed = true
        pthread_mutex_unlock(mutex)
        pthread_cond_broadcast(hasWork)
        pthread_cond_broadcast(needsWatch)
    }
}

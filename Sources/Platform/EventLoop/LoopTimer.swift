/// One alarm of a loop, made to be moved often: a later deadline costs a store, an earlier one a few swaps.
///
/// Confined to its loop's thread.
final class LoopTimer {
    /// When to call `fired`; ``MonotonicTime/never`` is off. Change it through ``TimerHeap``.
    fileprivate(set) var deadline = MonotonicTime.never
    /// Where the heap believes the timer stands; at or before `deadline`.
    fileprivate var entryTime = MonotonicTime.never
    fileprivate var heapIndex: Int?
    /// Called once per deadline, on the loop's thread, after which the timer is off.
    fileprivate let fired: () -> Void

    init(_ fired: @escaping () -> Void) { self.fired = fired }
}

/// The timers of one loop: a binary heap over `entryTime` in which each timer knows its place.
///
/// Keep-alive connections push their deadline away with every request, so a deadline that moves later
/// leaves the entry alone; when the entry comes up early it is put back at its deadline.
struct TimerHeap {
    private var timers: [LoopTimer] = []

    var isEmpty: Bool { timers.isEmpty }
    var count: Int { timers.count }

    /// When to look again; `nil` without timers.
    var next: MonotonicTime? { timers.first?.entryTime }

    mutating func set(_ timer: LoopTimer, to deadline: MonotonicTime) {
        timer.deadline = deadline
        guard deadline < timer.entryTime else { return }
        timer.entryTime = deadline
        if let index = timer.heapIndex {
            siftUp(index)
        } else {
            timer.heapIndex = timers.count
            timers.append(timer)
            siftUp(timers.count - 1)
        }
    }

    /// Forgets the timer; the heap holds no reference to it any more.
    mutating func remove(_ timer: LoopTimer) {
        timer.deadline = .never
        guard let index = timer.heapIndex else { return }
        timer.heapIndex = nil
        timer.entryTime = .never
        let last = timers.removeLast()
        guard index < timers.count else { return }
        timers[index] = last
        last.heapIndex = index
        siftUp(index)
        siftDown(index)
    }

    /// The next timer whose deadline has passed, switched off; `nil` when there is none left.
    mutating func popExpired(at now: MonotonicTime) -> LoopTimer? {
        while let first = timers.first, first.entryTime <= now {
            if first.deadline <= now {
                remove(first)
                return first
            }
            guard first.deadline != .never else {
                remove(first)
                continue
            }
            first.entryTime = first.deadline
            siftDown(0)
        }
        return nil
    }

    private mutating func siftUp(_ start: Int) {
        var index = start
        while index > 0 {
            let parent = (index - 1) / 2
            guard timers[index].entryTime < timers[parent].entryTime else { return }
            swap(index, parent)
            index = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var index = start
        while true {
            var least = index
            for child in (2 * index + 1)...(2 * index + 2)
            where child < timers.count && timers[child].entryTime < timers[least].entryTime {
                least = child
            }
            guard least != index else { return }
            swap(index, least)
            index = least
        }
    }

    private mutating func swap(_ left: Int, _ right: Int) {
        timers.swapAt(left, right)
        timers[left].heapIndex = left
        timers[right].heapIndex = right
    }
}

extension LoopTimer {
    /// Runs what waits for the timer.
    func fire() { fired() }
}

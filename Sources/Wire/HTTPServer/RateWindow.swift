import EventLoop

/// Whether a peer moves bytes fast enough, counting only the time spent waiting for it.
///
/// Looks once in every `grace` of waiting, then starts anew: a fast beginning does not pay for a slow end.
struct RateWindow {
    private let bytesPerSecondMin: Int
    private let grace: Duration
    private var moved: Int64 = 0
    private var waited = Duration.zero

    init(bytesPerSecondMin: Int, grace: Duration) {
        self.bytesPerSecondMin = bytesPerSecondMin
        self.grace = grace
    }

    /// When a wait that begins now must be looked at.
    func deadline(from now: MonotonicTime) -> MonotonicTime { now + (grace - waited) }

    mutating func move(_ count: Int) { moved += Int64(count) }

    /// - Returns: whether the peer is fast enough so far.
    mutating func wait(_ duration: Duration) -> Bool {
        waited += duration
        guard waited >= grace else { return true }
        let isFastEnough = Double(moved) >= Double(bytesPerSecondMin) * (waited / .seconds(1))
        (moved, waited) = (0, .zero)
        return isFastEnough
    }
}

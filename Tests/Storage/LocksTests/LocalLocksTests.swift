import Base
import Locks
import Testing

@Suite struct LocalLocksTests {
    private let key = LockKey.object(bucket: "b", name: "k")

    @Test func readersShareAndAWriterIsAlone() async {
        let locks = LocalLocks()
        let first = await locks.acquire(key, .shared)
        let second = await locks.acquire(key, .shared)
        async let writer = locks.acquire(key, .exclusive)
        first.release()
        second.release()
        let lease = await writer
        #expect(lease.token > second.token)
        lease.release()
        #expect(locks.keyCount == 0)
    }

    @Test func otherKeysDoNotWait() async {
        let locks = LocalLocks()
        let held = await locks.acquire(key, .exclusive)
        let other = await locks.acquire(.object(bucket: "b", name: "other"), .exclusive)
        other.release()
        held.release()
        #expect(locks.keyCount == 0)
    }

    @Test func aForgottenLeaseIsReleased() async {
        let locks = LocalLocks()
        do { _ = await locks.acquire(key, .exclusive) }
        await locks.acquire(key, .exclusive).release()
        #expect(locks.keyCount == 0)
    }

    @Test(
        "exclusive holders never overlap anybody, in any order of arrival",
        arguments: (0..<16).map(UInt64.init)
    )
    func exclusion(seed: UInt64) async {
        let locks = LocalLocks()
        let inside = Locked((shared: 0, exclusive: 0, violations: 0))
        var random = SeededGenerator(seed: seed)
        let modes = (0..<64).map { _ in Bool.random(using: &random) ? LockMode.shared : .exclusive }
        await withTaskGroup { group in
            for mode in modes {
                group.addTask {
                    let lease = await locks.acquire(.bucket("b"), mode)
                    inside.withLock { inside in
                        if mode == .shared { inside.shared += 1 } else { inside.exclusive += 1 }
                        if inside.exclusive > 1 || (inside.exclusive == 1 && inside.shared > 0) {
                            inside.violations += 1
                        }
                    }
                    await Task.yield()
                    inside.withLock { inside in
                        if mode == .shared { inside.shared -= 1 } else { inside.exclusive -= 1 }
                    }
                    lease.release()
                }
            }
        }
        #expect(inside.withLock { $0.violations } == 0)
        #expect(locks.keyCount == 0)
    }
}

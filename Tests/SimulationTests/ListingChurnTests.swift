import Engine
import StorageTestSupport
import Testing

@Suite struct ListingChurnTests {
    @Test("whatever the order of things, a listing has what stays, once, while keys come and go")
    func churn() throws {
        for seed in Thoroughness.seeds(4) {
            let store = try SimulatedStore.formatted(driveCount: 4).restarted(tick: .microseconds(1))
            let violations = try store.simulate(seed: UInt64(seed)) {
                let running = try await store.open()
                _ = try await running.engine.recover()
                var churn = ListingChurn(seed: UInt64(seed))
                (churn.keyCount, churn.stepCount) = (30, 15)
                let violations = try await churn.violations(on: running.engine)
                await running.close()
                return violations
            }
            #expect(violations == [])
        }
    }
}

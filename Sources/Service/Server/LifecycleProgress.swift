package import AdminService
internal import Base
package import Configuration

/// How far the worker is that lets objects expire, and how fast it may go: what it, whoever changes its speed and whoever
/// asks after it have in common.
package final class LifecycleProgress: Sendable {
    private struct State {
        var speed: ScannerSpeed
        var current: ExpiryFacts.Pass?
        var last: ExpiryFacts.Pass?
    }

    private let isEnabled: Bool
    private let interval: Duration
    private let state: Locked<State>

    package init(_ settings: ServerSettings) {
        isEnabled = settings.isScannerEnabled
        interval = LifecycleWorker.interval(settings)
        state = Locked(State(speed: settings.scannerSpeed))
    }

    package var speed: ScannerSpeed { state.withLock { $0.speed } }

    /// In force at the worker's next rest.
    package func setSpeed(_ speed: ScannerSpeed) { state.withLock { $0.speed = speed } }

    /// Of this moment.
    package var facts: ExpiryFacts {
        state.withLock { state in
            ExpiryFacts(
                isEnabled: isEnabled,
                speed: state.speed.rawValue,
                interval: interval,
                current: state.current,
                last: state.last
            )
        }
    }

    func begin(at time: Timestamp) { state.withLock { $0.current = ExpiryFacts.Pass(started: time) } }

    func note(_ report: LifecycleReport, in bucket: String) {
        state.withLock { state in
            state.current?.bucket = bucket
            state.current?.take(report)
        }
    }

    func end(_ report: LifecycleReport, at time: Timestamp) {
        state.withLock { state in
            state.current?.take(report)
            state.current?.bucket = nil
            state.current?.ended = time
            (state.last, state.current) = (state.current, nil)
        }
    }
}

extension ExpiryFacts.Pass {
    fileprivate mutating func take(_ report: LifecycleReport) {
        (bucketCount, versionCount) = (report.bucketCount, report.versionCount)
        (expiredCount, removedCount) = (report.expiredCount, report.removedCount)
        (abortedUploadCount, refusedCount) = (report.abortedUploadCount, report.refusedCount)
        (failureCount, firstFailure) = (report.failureCount, report.firstFailure)
    }
}

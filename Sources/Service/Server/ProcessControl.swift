internal import AdminService
internal import Base
internal import Host

/// How the process's life is to end.
enum Ending: Sendable, Equatable {
    case stop
    /// The program runs anew in the same process.
    case restart
}

/// Ends this process by its own signals, so that it drains as for a service manager.
final class ProcessControl: ServiceControl {
    private let isRestarting = Locked(false)

    var canRestart: Bool { true }

    func stop() { terminateProcess() }

    func restart() {
        isRestarting.withLock { $0 = true }
        hangUpProcess()
    }

    /// What a SIGHUP means: whoever sends it from outside wants nothing that this server does.
    var hangUpMeans: Ending? { isRestarting.withLock { $0 } ? .restart : nil }
}

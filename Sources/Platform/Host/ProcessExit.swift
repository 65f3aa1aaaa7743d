import Glibc

/// Ends the process now, with that status.
package func exitProcess(_ status: CInt) -> Never { exit(status) }

/// Leaves the process to its other threads.
package func parkThread() -> Never {
    while true { pause() }
}

/// Asks this process to stop as a service manager would, with SIGTERM; returns at once.
package func terminateProcess() { kill(getpid(), SIGTERM) }

/// Sends this process SIGHUP; returns at once.
package func hangUpProcess() { kill(getpid(), SIGHUP) }

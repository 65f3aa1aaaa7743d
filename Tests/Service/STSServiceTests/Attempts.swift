import Base

@testable import STSService

/// Remembers failed sign-ins, and is exhausted for what a test says.
final class Attempts: SignInAttempts {
    private let exhausted: Set<SignInSubject>
    private let recorded = Locked<[SignInSubject]>([])

    init(exhausted: Set<SignInSubject> = []) { self.exhausted = exhausted }

    var failures: [SignInSubject] { recorded.withLock { $0 } }

    func areExhausted(for subject: SignInSubject) -> Bool { exhausted.contains(subject) }
    func recordFailure(of subject: SignInSubject) { recorded.withLock { $0.append(subject) } }

    func reserve(_ subject: SignInSubject) -> Bool {
        guard !exhausted.contains(subject) else { return false }
        recordFailure(of: subject)
        return true
    }

    func release(_ subject: SignInSubject) {
        recorded.withLock { recorded in
            guard let index = recorded.lastIndex(of: subject) else {
                preconditionFailure("nothing was reserved")
            }
            recorded.remove(at: index)
        }
    }
}

/// How long work in the background rests after each step, by the names that MinIO and RustFS have for it.
package enum ScannerSpeed: String, Sendable, CaseIterable {
    case fastest, fast, `default`, slow, slowest

    /// It rests so many times as long as the step took.
    package var restFactor: Int {
        switch self {
        case .fastest: 0
        case .fast: 1
        case .default: 2
        case .slow: 10
        case .slowest: 100
        }
    }

    /// However long the step took.
    package var restMax: Duration {
        switch self {
        case .fastest: .zero
        case .fast: .milliseconds(100)
        case .default: .seconds(1)
        case .slow, .slowest: .seconds(15)
        }
    }
}

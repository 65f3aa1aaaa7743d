package import Base

/// One of a bucket's settings as it is stored. Every change makes another object, so that what was made of the text once
/// is good for as long as the text is in force, and goes with it.
package final class BucketText: Sendable {
    /// As it was put; never empty. What it means is for others to say.
    package let bytes: [UInt8]
    package let changed: Timestamp
    private let made = Locked<(any Sendable)?>(nil)
    private let isReported = Locked(false)

    package init(_ bytes: [UInt8], changed: Timestamp) {
        precondition(!bytes.isEmpty)
        (self.bytes, self.changed) = (bytes, changed)
    }

    /// What the bytes mean, made out when it is asked for first and remembered.
    ///
    /// - Parameter make: gives the same for the same bytes; a text means one type of thing.
    package func meaning<Meaning: Sendable>(_ make: ([UInt8]) -> Meaning) -> Meaning {
        if let known = made.withLock({ $0 }) {
            guard let meaning = known as? Meaning else { preconditionFailure("a text with two meanings") }
            return meaning
        }
        // Two at once come to the same.
        let meaning = make(bytes)
        made.withLock { $0 = meaning }
        return meaning
    }

    /// Whether this is the first call: what is wrong with a text is reported once.
    package func isFirstReport() -> Bool {
        isReported.withLock { isReported in
            defer { isReported = true }
            return !isReported
        }
    }
}

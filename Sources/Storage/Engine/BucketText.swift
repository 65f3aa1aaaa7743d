package import Base

/// One of a bucket's settings as it is stored. Every change makes another object, so that whoever read the text once
/// knows by identity whether it is still the one in force.
package final class BucketText: Sendable {
    /// As it was put; never empty. What it means is for others to say.
    package let bytes: [UInt8]
    package let changed: Timestamp

    package init(_ bytes: [UInt8], changed: Timestamp) {
        precondition(!bytes.isEmpty)
        (self.bytes, self.changed) = (bytes, changed)
    }
}

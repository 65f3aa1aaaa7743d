package import Base

/// A bucket's policy as it is stored. Every change makes another object, so that whoever read the text once knows by
/// identity whether it is still the one in force.
package final class BucketPolicyText: Sendable {
    /// As it was put; never empty. Whether it is a policy is for others to say.
    package let bytes: [UInt8]
    package let changed: Timestamp

    package init(_ bytes: [UInt8], changed: Timestamp) {
        precondition(!bytes.isEmpty)
        (self.bytes, self.changed) = (bytes, changed)
    }
}

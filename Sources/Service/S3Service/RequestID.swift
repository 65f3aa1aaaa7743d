package import Base

/// Names one request in its answer and in the log: 16 upper-case hexadecimal digits, as MinIO has them.
package struct RequestID: Sendable, Hashable, CustomStringConvertible {
    package let description: String

    package init(using randomness: any Randomness) {
        let digits = String(randomness.next(), radix: 16, uppercase: true)
        description = String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}

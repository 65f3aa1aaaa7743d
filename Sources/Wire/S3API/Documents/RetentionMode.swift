/// How firmly a version is kept until its date.
package enum RetentionMode: String, Sendable, CaseIterable {
    /// Whoever has the right to bypass it may.
    case governance = "GOVERNANCE"
    /// Nobody may shorten it, the root user included.
    case compliance = "COMPLIANCE"
}

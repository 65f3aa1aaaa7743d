internal import XML

/// The answer to GetBucketPolicyStatus.
package struct PolicyStatus: Sendable, Hashable {
    package var isPublic: Bool

    package init(isPublic: Bool) { self.isPublic = isPublic }

    /// In small letters, which SDKs take for a boolean.
    package var xml: [UInt8] {
        document("PolicyStatus") { $0.element("IsPublic", isPublic ? "true" : "false") }
    }
}

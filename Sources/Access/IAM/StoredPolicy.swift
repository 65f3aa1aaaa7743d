package import Base
package import Policy

/// A policy that can be attached.
package struct StoredPolicy: Sendable {
    package let name: String
    /// As it was put; empty when it cannot be read at all.
    package let text: [UInt8]
    /// `nil` when the text is no policy: whoever has it is denied everything.
    package let document: PolicyDocument?
    /// Both `nil` for the built-in ones and for files of old releases.
    package let createdAt: Timestamp?
    package let updatedAt: Timestamp?
    /// There from the start. It can be replaced, and removing the replacement brings it back.
    package let isBuiltIn: Bool
}

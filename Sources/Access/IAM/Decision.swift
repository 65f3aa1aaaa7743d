/// The answer to whether somebody may.
package enum Decision: Sendable, Hashable {
    /// Every right is granted. What granted each, in the order of the rights.
    case allowed([Grounds])
    /// The first right that is missing.
    case denied(Right, Grounds)

    package var isAllowed: Bool {
        switch self {
        case .allowed: true
        case .denied: false
        }
    }

    /// What decided, for the audit line. Names no secrets.
    package enum Grounds: Sendable, Hashable {
        /// A statement allowed or denied it. `number` counts from 1.
        case statement(Layer, number: Int, sid: String?)
        case accountOwner
        case accessControlList
        /// The action is everybody's unless denied.
        case byDefault
        /// No layer grants it.
        case notGranted
        /// The bucket's account grants it, the caller's own does not.
        case notGrantedByIdentity
        /// The caller is of another account, or unsigned, and the bucket does not grant it.
        case notGrantedByBucket
        case notGrantedBySession
        /// Something stored that may deny it cannot be read, so everything is denied.
        case unreadable(path: String)
        /// Only the root user may, and this is somebody else.
        case notRoot
    }

    package enum Layer: Sendable, Hashable {
        /// The policy of that name, attached to the user, a group of the user's, or the parent.
        case identity(policy: String)
        /// Of the service account or temporary credentials; `index` counts from 0.
        case session(index: Int)
        case bucketPolicy(bucket: String)
    }
}

extension Decision.Grounds: CustomStringConvertible {
    package var description: String {
        switch self {
        case .statement(let layer, let number, let sid):
            "\(layer), statement \(number)" + (sid.map { " (Sid \"\($0)\")" } ?? "")
        case .accountOwner: "the account's owner"
        case .accessControlList: "the access control list"
        case .byDefault: "allowed by default"
        case .notGranted: "no policy grants it"
        case .notGrantedByIdentity: "no identity policy grants it"
        case .notGrantedByBucket: "the bucket does not grant it"
        case .notGrantedBySession: "the session policy does not grant it"
        case .unreadable(let path): "\(path) cannot be read"
        case .notRoot: "not the root user"
        }
    }
}

extension Decision.Layer: CustomStringConvertible {
    package var description: String {
        switch self {
        case .identity(let policy): "identity policy \"\(policy)\""
        case .session: "session policy"
        case .bucketPolicy(let bucket): "bucket policy of \"\(bucket)\""
        }
    }
}

package import Telemetry

/// An access key, its secret, and whom they stand for. Printing it shows no secret.
package struct Credential: Sendable, Equatable {
    package let accessKey: String
    package let secret: Secret
    package let identity: Identity

    package init(accessKey: String, secret: Secret, identity: Identity) {
        (self.accessKey, self.secret, self.identity) = (accessKey, secret, identity)
    }
}

package import Telemetry

/// The root user's keys.
package struct Credentials: Sendable, Equatable {
    package let accessKey: String
    package let secretKey: Secret

    package init(accessKey: String, secretKey: Secret) {
        (self.accessKey, self.secretKey) = (accessKey, secretKey)
    }

    /// Accepted without being set while only this machine can reach the server.
    package static let published = Credentials(accessKey: "rustfsadmin", secretKey: Secret("rustfsadmin"))

    /// The keys every installation guide prints: anybody may know them.
    var arePublished: Bool {
        self == .published || self == Credentials(accessKey: "minioadmin", secretKey: Secret("minioadmin"))
    }

    /// MinIO's least length, which its clients check too.
    static func accessKey(_ text: String) throws(InvalidValue) -> String {
        guard text.utf8.count >= 3,
            text.unicodeScalars.allSatisfy({ $0 > " " && $0 != "\u{7f}" && $0 != "/" })
        else {
            throw InvalidValue("at least 3 characters, without spaces and slashes")
        }
        return text
    }

    static func secretKey(_ text: String) throws(InvalidValue) -> Secret {
        guard text.utf8.count >= 8 else { throw InvalidValue("at least 8 characters") }
        return Secret(text)
    }
}

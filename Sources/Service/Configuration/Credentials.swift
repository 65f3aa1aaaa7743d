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

    /// MinIO's least length, which its clients check too. The other rules keep the key readable in a
    /// signature's header, where `=`, `/` and `,` divide the fields.
    static func accessKey(_ text: String) throws(InvalidValue) -> String {
        let isReadable = text.unicodeScalars.allSatisfy {
            $0 > " " && $0 != "\u{7f}" && !"=/,".contains(Character($0))
        }
        guard text.utf8.count >= 3, isReadable else {
            throw InvalidValue("at least 3 characters, without spaces and =/,")
        }
        return text
    }

    static func secretKey(_ text: String) throws(InvalidValue) -> Secret {
        guard text.utf8.count >= 8 else { throw InvalidValue("at least 8 characters") }
        return Secret(text)
    }
}

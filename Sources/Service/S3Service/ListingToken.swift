internal import Base
package import S3API

/// Continuation tokens: opaque to clients, in fact the last name of a page.
package enum ListingToken {
    package static func token(_ name: String) -> String { Base64.standard.encode(Array(name.utf8)) }

    /// - Throws: ``S3Error/Code-swift.enum/invalidArgument`` for what ``token(_:)`` never made.
    package static func name(_ token: String?) throws(S3Error) -> String? {
        guard let token, !token.isEmpty else { return nil }
        guard let bytes = Base64.standard.decode(token), let name = String(validating: bytes, as: UTF8.self)
        else {
            throw S3Error(
                .invalidArgument,
                "The continuation token provided is incorrect.",
                fields: [S3Error.Field("ArgumentName", "continuation-token")]
            )
        }
        return name
    }
}

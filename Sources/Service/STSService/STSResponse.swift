internal import Base
internal import IAM
internal import Policy
internal import Telemetry
internal import XML

/// The answer to a call that made credentials.
package struct STSResponse: Sendable {
    static let namespace = (name: "xmlns", value: "https://sts.amazonaws.com/doc/2011-06-15/")

    /// For the log, such as `AssumeRole`.
    package let operation: String
    /// The access key that was made.
    package let accessKey: String
    /// For whom: a user's access key, a distinguished name, or a name derived from a token.
    package let userName: String
    private let body: @Sendable (_ requestID: String) -> [UInt8]

    init(
        _ action: STSCall.Action,
        _ credential: TemporaryCredential,
        elements: [(name: String, value: String?)] = []
    ) {
        operation = action.rawValue
        (accessKey, userName) = (credential.accessKey, credential.identity.userName)
        body = { requestID in
            var writer = XMLWriter()
            writer.element("\(action.rawValue)Response", attributes: [Self.namespace]) { writer in
                writer.element("\(action.rawValue)Result") { writer in
                    if let arn = credential.identity.principal.sessionARN {
                        writer.element("AssumedRoleUser") { writer in
                            writer.element("Arn", arn)
                            writer.element(
                                "AssumedRoleId",
                                "\(credential.identity.userName):\(credential.accessKey)"
                            )
                        }
                    }
                    writer.element("Credentials") { writer in
                        writer.element("AccessKeyId", credential.accessKey)
                        writer.element("SecretAccessKey", credential.secret.revealed())
                        writer.element("Expiration", credential.expiration.iso8601Milliseconds)
                        writer.element("SessionToken", credential.sessionToken.revealed())
                    }
                    for element in elements { writer.element(ifPresent: element.name, element.value) }
                }
                writer.element("ResponseMetadata") { writer in writer.element("RequestId", requestID) }
            }
            return writer.document
        }
    }

    /// The answer's body, `application/xml`.
    package func xml(requestID: String) -> [UInt8] { body(requestID) }
}

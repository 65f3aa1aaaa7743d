internal import Base
internal import IAM
internal import Telemetry

/// What a form asks for, read and checked as far as that goes without knowing anybody.
///
///     Version=2011-06-15&Action=AssumeRole&DurationSeconds=3600&Policy={…}&TokenRevokeType=…
struct STSCall {
    enum Action: String {
        case assumeRole = "AssumeRole"
        case withWebIdentity = "AssumeRoleWithWebIdentity"
        case withClientGrants = "AssumeRoleWithClientGrants"
        case withLDAPIdentity = "AssumeRoleWithLDAPIdentity"
        case withCertificate = "AssumeRoleWithCertificate"
        case withCustomToken = "AssumeRoleWithCustomToken"

        /// What a policy may deny; `nil` for what nobody may.
        var right: STSAction? {
            switch self {
            case .assumeRole: .assumeRole
            case .withWebIdentity: .assumeRoleWithWebIdentity
            case .withClientGrants: .assumeRoleWithClientGrants
            case .withLDAPIdentity: .assumeRoleWithLDAPIdentity
            case .withCertificate: .assumeRoleWithCertificate
            case .withCustomToken: nil
            }
        }
    }

    static let version = "2011-06-15"
    static let secondsMin = 900
    /// Seven days.
    static let secondsMax = 604_800

    let action: Action
    /// `nil` leaves it to the call.
    let duration: Duration?
    let sessionPolicy: [UInt8]?
    let revokeType: String?
    let form: STSForm

    init(_ form: STSForm) throws(STSError) {
        self.form = form
        guard let version = form["Version"] else { throw Self.missing("Version") }
        guard version == Self.version else {
            throw STSError(
                .missingParameter,
                "Invalid STS API version \(version), expecting \(Self.version)"
            )
        }
        guard let name = form["Action"] else { throw Self.missing("Action") }
        guard let action = Action(rawValue: name) else {
            throw STSError(.invalidAction, "Unsupported action \(name)")
        }
        self.action = action
        duration = try form["DurationSeconds"].map { (text) throws(STSError) in try Self.duration(text) }
        sessionPolicy = form["Policy"].map { Array($0.utf8) }
        revokeType = form["TokenRevokeType"]
        guard form["PolicyArns.member.1.arn"] == nil else {
            throw STSError(.notImplemented, "Managed session policies are not implemented.")
        }
    }

    static func missing(_ parameter: String) -> STSError {
        STSError(.missingParameter, "The parameter \(parameter) is missing.")
    }

    func required(_ parameter: String) throws(STSError) -> String {
        guard let value = form[parameter] else { throw Self.missing(parameter) }
        return value
    }

    private static func duration(_ text: String) throws(STSError) -> Duration {
        guard let seconds = Int(text), (secondsMin...secondsMax).contains(seconds) else {
            throw STSError(
                .invalidParameterValue,
                "DurationSeconds is a number from \(secondsMin) to \(secondsMax)."
            )
        }
        return .seconds(seconds)
    }
}

extension AdminError {
    /// The codes that administration clients know, as MinIO spells them.
    package enum Code: String, Sendable, CaseIterable {
        case accessDenied = "AccessDenied"
        case badRequest = "BadRequest"
        case configBadFormat = "XMinioAdminConfigBadJSON"
        case configDuplicateKeys = "XMinioAdminConfigDuplicateKeys"
        case configEnvironmentOverridden = "XMinioAdminConfigEnvOverridden"
        case configError = "XMinioConfigError"
        case configNotFound = "XMinioConfigNotFoundError"
        case configTooLarge = "XMinioAdminConfigTooLarge"
        case entityTooLarge = "EntityTooLarge"
        case expirationInvalid = "XMinioAdminInvalidExpiration"
        case groupNotEmpty = "XMinioAdminGroupNotEmpty"
        case iamActionNotAllowed = "XMinioIAMActionNotAllowed"
        case internalError = "InternalError"
        case invalidAccessKey = "XMinioAdminInvalidAccessKey"
        case invalidArgument = "XMinioAdminInvalidArgument"
        case invalidCredentials = "XMinioInvalidIAMCredentials"
        case invalidIDPType = "XMinioAdminConfigInvalidIDPType"
        case invalidGroupName = "XMinioInvalidGroupName"
        case invalidRequest = "InvalidRequest"
        case invalidResource = "XMinioInvalidResource"
        case invalidSecretKey = "XMinioAdminInvalidSecretKey"
        case ldapExpectedLogin = "XMinioLDAPExpectedLoginName"
        case ldapNotEnabled = "XMinioLDAPNotEnabled"
        case malformedPolicy = "XMinioMalformedIAMPolicy"
        case methodNotAllowed = "MethodNotAllowed"
        case missingContentLength = "MissingContentLength"
        case noRevokeType = "InvalidArgument"
        case noSuchAccessKey = "XMinioAdminNoSuchAccessKey"
        case noSuchConfigTarget = "XMinioAdminNoSuchConfigTarget"
        case noSuchGroup = "XMinioAdminNoSuchGroup"
        case noSuchPolicy = "XMinioAdminNoSuchPolicy"
        case noSuchRoute = "XMinioAdminNoSuchRoute"
        case noSuchUser = "XMinioAdminNoSuchUser"
        case notImplemented = "NotImplemented"
        case openIDNotEnabled = "OpenIDNotEnabled"
        case policyChangeAlreadyApplied = "XMinioAdminPolicyChangeAlreadyApplied"
        case policyInUse = "XMinioIAMPolicyInUse"
        case policyInvalidName = "PolicyInvalidName"
        case serviceUnavailable = "ServiceUnavailable"
        case slowDown = "SlowDown"
        case storageUnavailable = "XMinioAdminConfigNoQuorum"
        case unreadable = "XMinioAdminUnreadable"
        case versionMismatch = "XMinioAdminVersionMismatch"

        package var status: Int {
            switch self {
            case .accessDenied, .iamActionNotAllowed: 403
            case .noSuchUser, .noSuchGroup, .noSuchPolicy, .noSuchAccessKey, .noSuchRoute, .configNotFound:
                404
            case .methodNotAllowed: 405
            case .missingContentLength: 411
            case .versionMismatch: 426
            case .internalError, .unreadable: 500
            case .ldapNotEnabled, .notImplemented: 501
            case .serviceUnavailable, .slowDown, .storageUnavailable: 503
            case .badRequest, .configBadFormat, .configDuplicateKeys, .configEnvironmentOverridden,
                .configError,
                .configTooLarge, .entityTooLarge, .expirationInvalid, .groupNotEmpty, .invalidAccessKey,
                .invalidArgument, .invalidCredentials, .invalidGroupName, .invalidIDPType, .invalidRequest,
                .invalidResource, .invalidSecretKey, .ldapExpectedLogin, .malformedPolicy, .noRevokeType,
                .noSuchConfigTarget, .openIDNotEnabled,
                .policyChangeAlreadyApplied, .policyInUse, .policyInvalidName:
                400
            }
        }

        package var defaultMessage: String {
            switch self {
            case .accessDenied: "Access Denied."
            case .badRequest: "400 BadRequest"
            case .configBadFormat: "JSON configuration provided is of incorrect format"
            case .configDuplicateKeys: "JSON configuration provided has objects with duplicate keys"
            case .configEnvironmentOverridden:
                "Unable to update config via Admin API due to environment variable override"
            case .configError: "The configuration is not valid."
            case .configNotFound: "There is no such configuration."
            case .configTooLarge: "The data exceeds the allowed maximum."
            case .entityTooLarge: "Your proposed upload exceeds the maximum allowed size."
            case .expirationInvalid: "The expiration is not in the future."
            case .groupNotEmpty: "The specified group is not empty - cannot remove it."
            case .iamActionNotAllowed: "Specified IAM action is not allowed"
            case .internalError: "We encountered an internal error, please try again."
            case .invalidAccessKey: "The access key is invalid."
            case .invalidArgument: "Invalid arguments specified."
            case .invalidCredentials: "The credentials are not allowed here."
            case .invalidGroupName: "The group name is invalid."
            case .invalidIDPType: "The type of an identity provider is openid or ldap."
            case .invalidRequest: "Invalid Request"
            case .invalidResource:
                "Policy, user or group names are not allowed to begin or end with space characters"
            case .invalidSecretKey: "The secret key is invalid."
            case .ldapExpectedLogin: "The user is named by a distinguished name, not by a login."
            case .ldapNotEnabled: "LDAP is not enabled. LDAP must be enabled to make LDAP requests."
            case .malformedPolicy: "The policy is not valid."
            case .methodNotAllowed: "The specified method is not allowed against this resource."
            case .missingContentLength: "You must provide the Content-Length HTTP header."
            case .noRevokeType:
                "No token revoke type specified and one could not be inferred from the request"
            case .noSuchAccessKey: "The specified access key does not exist."
            case .noSuchConfigTarget: "No such named configuration target exists"
            case .noSuchGroup: "The specified group does not exist."
            case .noSuchPolicy: "The canned policy does not exist."
            case .noSuchRoute: "The administration interface has no such call."
            case .noSuchUser: "The specified user does not exist."
            case .notImplemented: "This call of the administration interface is not implemented."
            case .openIDNotEnabled: "No enabled OpenID Connect identity providers"
            case .policyChangeAlreadyApplied: "The specified policy change is already in effect."
            case .policyInUse: "The policy cannot be removed, as it is in use"
            case .policyInvalidName: "Policy name may not contain comma"
            case .serviceUnavailable: "The server is not ready for this, please try again."
            case .slowDown: "Please reduce your request rate."
            case .storageUnavailable: "The change failed because too few drives answer."
            case .unreadable: "Something stored that the call needs cannot be read."
            case .versionMismatch: "The server speaks version 3 of the administration interface."
            }
        }
    }
}

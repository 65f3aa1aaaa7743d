extension S3Error {
    /// The codes of the S3 reference that this server answers with, and MinIO's own (`XMinio…`).
    package enum Code: String, Sendable, CaseIterable {
        case accessControlListNotSupported = "AccessControlListNotSupported"
        case accessDenied = "AccessDenied"
        /// Of a request from another origin.
        case accessForbidden = "AccessForbidden"
        case accountProblem = "AccountProblem"
        case allAccessDisabled = "AllAccessDisabled"
        case authorizationHeaderMalformed = "AuthorizationHeaderMalformed"
        case authorizationQueryParametersError = "AuthorizationQueryParametersError"
        case badDigest = "BadDigest"
        case badRequest = "BadRequest"
        case bucketAlreadyExists = "BucketAlreadyExists"
        case bucketAlreadyOwnedByYou = "BucketAlreadyOwnedByYou"
        case bucketNotEmpty = "BucketNotEmpty"
        case conditionalRequestConflict = "ConditionalRequestConflict"
        case credentialsNotSupported = "CredentialsNotSupported"
        case entityTooLarge = "EntityTooLarge"
        case entityTooSmall = "EntityTooSmall"
        case expiredToken = "ExpiredToken"
        case illegalLocationConstraint = "IllegalLocationConstraintException"
        case illegalVersioningConfiguration = "IllegalVersioningConfigurationException"
        case incompleteBody = "IncompleteBody"
        case internalError = "InternalError"
        case invalidAccessKeyID = "InvalidAccessKeyId"
        case invalidArgument = "InvalidArgument"
        case invalidBucketACLWithObjectOwnership = "InvalidBucketAclWithObjectOwnership"
        case invalidBucketName = "InvalidBucketName"
        case invalidBucketState = "InvalidBucketState"
        case invalidDigest = "InvalidDigest"
        case invalidLocationConstraint = "InvalidLocationConstraint"
        case invalidObjectState = "InvalidObjectState"
        case invalidPart = "InvalidPart"
        case invalidPartNumber = "InvalidPartNumber"
        case invalidPartOrder = "InvalidPartOrder"
        case invalidPolicyDocument = "InvalidPolicyDocument"
        case invalidRange = "InvalidRange"
        case invalidRedirectLocation = "InvalidRedirectLocation"
        case invalidRequest = "InvalidRequest"
        case invalidRetentionPeriod = "InvalidRetentionPeriod"
        case invalidStorageClass = "InvalidStorageClass"
        case invalidTag = "InvalidTag"
        case invalidTargetBucketForLogging = "InvalidTargetBucketForLogging"
        case invalidToken = "InvalidToken"
        case invalidURI = "InvalidURI"
        case keyTooLong = "KeyTooLongError"
        case malformedACL = "MalformedACLError"
        case malformedPolicy = "MalformedPolicy"
        case malformedPOSTRequest = "MalformedPOSTRequest"
        case malformedTrailer = "MalformedTrailerError"
        case malformedXML = "MalformedXML"
        case maxMessageLengthExceeded = "MaxMessageLengthExceeded"
        case maxPostPreDataLengthExceeded = "MaxPostPreDataLengthExceeded"
        case metadataTooLarge = "MetadataTooLarge"
        case methodNotAllowed = "MethodNotAllowed"
        case missingContentLength = "MissingContentLength"
        case missingRequestBody = "MissingRequestBodyError"
        case missingSecurityHeader = "MissingSecurityHeader"
        case noSuchBucket = "NoSuchBucket"
        case noSuchBucketPolicy = "NoSuchBucketPolicy"
        case noSuchConfiguration = "NoSuchConfiguration"
        case noSuchCORSConfiguration = "NoSuchCORSConfiguration"
        case noSuchKey = "NoSuchKey"
        case noSuchLifecycleConfiguration = "NoSuchLifecycleConfiguration"
        case noSuchObjectLockConfiguration = "NoSuchObjectLockConfiguration"
        case noSuchPublicAccessBlockConfiguration = "NoSuchPublicAccessBlockConfiguration"
        case noSuchTagSet = "NoSuchTagSet"
        case noSuchUpload = "NoSuchUpload"
        case noSuchVersion = "NoSuchVersion"
        case noSuchWebsiteConfiguration = "NoSuchWebsiteConfiguration"
        case notImplemented = "NotImplemented"
        case notModified = "NotModified"
        case objectLockConfigurationNotFound = "ObjectLockConfigurationNotFoundError"
        case operationAborted = "OperationAborted"
        case ownershipControlsNotFound = "OwnershipControlsNotFoundError"
        case permanentRedirect = "PermanentRedirect"
        case preconditionFailed = "PreconditionFailed"
        case replicationConfigurationNotFound = "ReplicationConfigurationNotFoundError"
        case requestHeaderSectionTooLarge = "RequestHeaderSectionTooLarge"
        case requestTimeTooSkewed = "RequestTimeTooSkewed"
        case requestTimeout = "RequestTimeout"
        case serverSideEncryptionConfigurationNotFound = "ServerSideEncryptionConfigurationNotFoundError"
        case serviceUnavailable = "ServiceUnavailable"
        case signatureDoesNotMatch = "SignatureDoesNotMatch"
        case slowDown = "SlowDown"
        case tooManyBuckets = "TooManyBuckets"
        case tooManyConfigurations = "TooManyConfigurations"
        case unexpectedContent = "UnexpectedContent"
        case unresolvableGrant = "UnresolvableGrantByEmailAddress"
        case unsupportedArgument = "UnsupportedArgument"
        case userKeyMustBeSpecified = "UserKeyMustBeSpecified"
        case amzContentSHA256Mismatch = "XAmzContentSHA256Mismatch"
        case amzContentChecksumMismatch = "XAmzContentChecksumMismatch"
        case minioInvalidObjectName = "XMinioInvalidObjectName"
        case minioMaxVersionsExceeded = "MaxVersionsExceeded"
        case minioObjectExistsAsDirectory = "XMinioObjectExistsAsDirectory"
        case minioParentIsObject = "XMinioParentIsObject"
        case minioQuotaExceeded = "XMinioAdminBucketQuotaExceeded"
        case minioServerNotInitialized = "XMinioServerNotInitialized"
        case minioStorageFull = "XMinioStorageFull"

        /// The HTTP status: 304 for ``notModified``, else 400...599.
        package var status: Int {
            switch self {
            case .permanentRedirect: 301
            case .notModified: 304
            case .accessControlListNotSupported, .invalidBucketACLWithObjectOwnership, .malformedACL,
                .authorizationHeaderMalformed, .authorizationQueryParametersError, .badDigest,
                .badRequest, .maxPostPreDataLengthExceeded, .tooManyConfigurations,
                .credentialsNotSupported, .entityTooLarge, .entityTooSmall, .expiredToken,
                .illegalLocationConstraint, .illegalVersioningConfiguration, .incompleteBody,
                .invalidArgument, .invalidBucketName, .invalidDigest, .invalidLocationConstraint,
                .invalidPart, .invalidPartOrder, .invalidPolicyDocument, .invalidRedirectLocation,
                .invalidRequest,
                .invalidRetentionPeriod, .invalidStorageClass, .invalidTag, .invalidTargetBucketForLogging,
                .invalidToken, .invalidURI,
                .keyTooLong,
                .malformedPolicy, .malformedPOSTRequest, .malformedTrailer, .malformedXML,
                .maxMessageLengthExceeded, .metadataTooLarge, .missingRequestBody,
                .missingSecurityHeader, .requestHeaderSectionTooLarge, .requestTimeout, .tooManyBuckets,
                .unexpectedContent, .unresolvableGrant, .unsupportedArgument, .userKeyMustBeSpecified,
                .amzContentSHA256Mismatch, .amzContentChecksumMismatch, .minioInvalidObjectName,
                .minioMaxVersionsExceeded,
                .minioParentIsObject, .minioQuotaExceeded:
                400
            case .accessDenied, .accessForbidden, .accountProblem, .allAccessDisabled, .invalidAccessKeyID,
                .invalidObjectState, .requestTimeTooSkewed, .signatureDoesNotMatch:
                403
            case .noSuchBucket, .noSuchBucketPolicy, .noSuchConfiguration, .noSuchCORSConfiguration,
                .noSuchKey, .noSuchLifecycleConfiguration, .noSuchObjectLockConfiguration,
                .noSuchPublicAccessBlockConfiguration, .noSuchTagSet, .noSuchUpload, .noSuchVersion,
                .noSuchWebsiteConfiguration, .objectLockConfigurationNotFound,
                .ownershipControlsNotFound, .replicationConfigurationNotFound,
                .serverSideEncryptionConfigurationNotFound:
                404
            case .methodNotAllowed: 405
            case .bucketAlreadyExists, .bucketAlreadyOwnedByYou, .bucketNotEmpty,
                .conditionalRequestConflict, .invalidBucketState, .operationAborted,
                .minioObjectExistsAsDirectory:
                409
            case .missingContentLength: 411
            case .preconditionFailed: 412
            case .invalidRange, .invalidPartNumber: 416
            case .internalError: 500
            case .notImplemented: 501
            case .serviceUnavailable, .slowDown, .minioServerNotInitialized: 503
            case .minioStorageFull: 507
            }
        }
    }
}

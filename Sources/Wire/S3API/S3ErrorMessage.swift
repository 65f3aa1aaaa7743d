extension S3Error.Code {
    /// What the S3 reference says of the code; an operation that knows more says more.
    package var defaultMessage: String {
        switch self {
        case .accessControlListNotSupported: "The bucket does not allow ACLs"
        case .accessDenied: "Access Denied"
        case .accessForbidden: "CORSResponse: This CORS request is not allowed."
        case .accountProblem: "There is a problem with your account."
        case .allAccessDisabled: "All access to this resource has been disabled."
        case .authorizationHeaderMalformed: "The authorization header is malformed."
        case .authorizationQueryParametersError: "The query parameters of the signature are not right."
        case .badDigest:
            "The Content-MD5 or checksum value that you specified did not match what the server received."
        case .badRequest: "Insufficient information."
        case .bucketAlreadyExists:
            "The requested bucket name is not available. Please select a different name and try again."
        case .bucketAlreadyOwnedByYou:
            "Your previous request to create the named bucket succeeded and you already own it."
        case .bucketNotEmpty: "The bucket you tried to delete is not empty"
        case .conditionalRequestConflict:
            "The conditional request cannot succeed due to a conflicting operation against this resource."
        case .credentialsNotSupported: "This request does not support credentials."
        case .entityTooLarge: "Your proposed upload exceeds the maximum allowed size"
        case .entityTooSmall: "Your proposed upload is smaller than the minimum allowed size"
        case .expiredToken: "The provided token has expired."
        case .illegalLocationConstraint: "The location constraint is not the region of this server."
        case .illegalVersioningConfiguration: "The versioning configuration is not valid."
        case .incompleteBody:
            "You did not provide the number of bytes specified by the Content-Length HTTP header"
        case .internalError: "We encountered an internal error. Please try again."
        case .invalidAccessKeyID: "The AWS Access Key Id you provided does not exist in our records."
        case .invalidArgument: "Invalid Argument"
        case .invalidBucketACLWithObjectOwnership:
            "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"
        case .invalidBucketName: "The specified bucket is not valid."
        case .invalidBucketState: "The request is not valid with the current state of the bucket."
        case .invalidDigest: "The Content-MD5 you specified was invalid."
        case .invalidLocationConstraint: "The specified location-constraint is not valid"
        case .invalidObjectState: "The operation is not valid for the object's storage class"
        case .invalidPart:
            "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag."
        case .invalidPartNumber: "The requested partnumber is not satisfiable"
        case .invalidPartOrder:
            "The list of parts was not in ascending order. Parts must be ordered by part number."
        case .invalidPolicyDocument:
            "The content of the form does not meet the conditions of the policy document."
        case .invalidRange: "The requested range is not satisfiable"
        case .invalidRedirectLocation:
            "The website redirect location must have a prefix of 'http://' or 'https://' or '/'."
        case .invalidRequest: "Invalid request."
        case .invalidStorageClass: "The storage class you specified is not valid"
        case .invalidRetentionPeriod: "The retention period is not valid."
        case .invalidTag: "The tag provided was not a valid tag."
        case .invalidTargetBucketForLogging: "The target bucket for logging cannot take the log."
        case .invalidToken: "The provided token is malformed or otherwise not valid."
        case .invalidURI: "Couldn't parse the specified URI."
        case .keyTooLong: "Your key is too long"
        case .malformedACL:
            "The XML you provided was not well-formed or did not validate against our published schema"
        case .malformedPolicy: "The policy is not valid."
        case .malformedPOSTRequest: "The body of your POST request is not well-formed multipart/form-data."
        case .malformedTrailer: "The request contained trailing data that was not well-formed."
        case .malformedXML:
            "The XML you provided was not well-formed or did not validate against our published schema"
        case .maxMessageLengthExceeded: "Your request was too big."
        case .maxPostPreDataLengthExceeded:
            "Your POST request fields preceding the upload file were too large."
        case .metadataTooLarge: "Your metadata headers exceed the maximum allowed metadata size"
        case .methodNotAllowed: "The specified method is not allowed against this resource."
        case .missingContentLength: "You must provide the Content-Length HTTP header."
        case .missingRequestBody: "The request body is empty."
        case .missingSecurityHeader: "Your request was missing a required header"
        case .noSuchBucket: "The specified bucket does not exist"
        case .noSuchBucketPolicy: "The bucket policy does not exist"
        case .noSuchConfiguration: "The specified configuration does not exist."
        case .noSuchCORSConfiguration: "The CORS configuration does not exist"
        case .noSuchKey: "The specified key does not exist."
        case .noSuchLifecycleConfiguration: "The lifecycle configuration does not exist"
        case .noSuchObjectLockConfiguration: "The specified object does not have a ObjectLock configuration"
        case .noSuchPublicAccessBlockConfiguration: "The public access block configuration was not found"
        case .noSuchTagSet: "The TagSet does not exist"
        case .noSuchUpload:
            "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed."
        case .noSuchVersion: "The specified version does not exist."
        case .noSuchWebsiteConfiguration: "The specified bucket does not have a website configuration"
        case .notImplemented: "A header you provided implies functionality that is not implemented"
        case .notModified: "Not Modified."
        case .objectLockConfigurationNotFound: "Object Lock configuration does not exist for this bucket"
        case .operationAborted:
            "A conflicting conditional operation is currently in progress against this resource. Please try again."
        case .ownershipControlsNotFound: "The bucket ownership controls were not found"
        case .permanentRedirect: "The bucket must be addressed by another endpoint."
        case .preconditionFailed: "At least one of the pre-conditions you specified did not hold"
        case .replicationConfigurationNotFound: "The replication configuration was not found"
        case .requestHeaderSectionTooLarge: "Your request header section exceeds the maximum allowed size."
        case .requestTimeTooSkewed:
            "The difference between the request time and the current time is too large."
        case .requestTimeout:
            "Your socket connection to the server was not read from or written to within the timeout period. Idle connections will be closed."
        case .serverSideEncryptionConfigurationNotFound:
            "The server side encryption configuration was not found"
        case .serviceUnavailable: "The service is unavailable. Please retry."
        case .signatureDoesNotMatch:
            "The request signature we calculated does not match the signature you provided. Check your key and signing method."
        case .slowDown: "Please reduce your request rate."
        case .tooManyBuckets: "You have attempted to create more buckets than are allowed."
        case .tooManyConfigurations: "You have attempted to create more configurations than are allowed."
        case .unexpectedContent: "This request does not support content"
        case .unresolvableGrant: "The e-mail address you provided does not match any account on record."
        case .unsupportedArgument: "The specified argument is not supported."
        case .userKeyMustBeSpecified: "The bucket POST must contain the specified field name."
        case .amzContentSHA256Mismatch:
            "The provided 'x-amz-content-sha256' header does not match what was computed."
        case .amzContentChecksumMismatch:
            "The provided 'x-amz-checksum' header does not match what was computed."
        case .minioMaxVersionsExceeded: "The object has as many versions as it may have."
        case .minioInvalidObjectName: "Object name contains unsupported characters."
        case .minioObjectExistsAsDirectory: "Object name already exists as a directory."
        case .minioParentIsObject:
            "Object-prefix is already an object, please choose a different object-prefix name."
        case .minioQuotaExceeded: "Bucket quota exceeded."
        case .minioServerNotInitialized: "Server not initialized yet, please try again."
        case .minioStorageFull:
            "Storage backend has reached its minimum free drive threshold. Please delete a few objects to proceed."
        }
    }
}

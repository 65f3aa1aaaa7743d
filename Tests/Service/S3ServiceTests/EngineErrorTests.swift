import Engine
import S3API
import S3Service
import Testing

@Suite struct EngineErrorTests {
    @Test(arguments: [
        (EngineError.bucketNotFound, S3Error.Code.noSuchBucket),
        (.bucketAlreadyExists, .bucketAlreadyOwnedByYou),
        (.bucketNotEmpty, .bucketNotEmpty),
        (.objectNotFound, .noSuchKey),
        (.versionNotFound, .noSuchVersion),
        (.uploadNotFound, .noSuchUpload),
        (.partNotFound(number: 3), .invalidPart),
        (.readQuorumLost(available: 1, required: 2), .slowDown),
        (.writeQuorumLost(available: 1, required: 2), .slowDown),
        (.damaged("x"), .internalError),
        (.drivesFull, .minioStorageFull),
        (.tooManyVersions(countMax: 1), .minioMaxVersionsExceeded),
        (.unstorableName("x"), .minioInvalidObjectName),
        (.refused(.preconditionFailed), .preconditionFailed),
        (.refused(.objectMissing), .noSuchKey),
        (.refused(.forbidden("x")), .accessDenied),
        (.overloaded, .slowDown),
        (.unsupported("x"), .notImplemented),
    ])
    func everyEngineErrorHasItsCode(error: EngineError, code: S3Error.Code) {
        #expect(S3Error(from: error).code == code)
        #expect(S3Error(from: StageError<EngineError>.body(error)).code == code)
        #expect(S3Error(from: StageError<S3Error>.engine(error)).code == code)
    }

    @Test func whatTheBodyThrewStaysAsItIs() {
        let error = S3Error(.badDigest, "exactly this")
        #expect(S3Error(from: StageError<S3Error>.body(error)) == error)
    }

    @Test func whatIsDamagedIsNotToldToClients() {
        #expect(!S3Error(from: EngineError.damaged("/data/1/secret-path")).message.contains("secret-path"))
    }
}

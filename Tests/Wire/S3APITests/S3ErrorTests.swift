import Base
import S3API
import SigV4
import Testing
import XML

@Suite struct S3ErrorTests {
    @Test func theDocumentIsWrittenInFull() {
        let error = S3Error(.noSuchKey, bucket: "b", key: "a&\"b", fields: [S3Error.Field("X", "<")])
        #expect(
            String(
                decoding: error.xml(resource: "/b/a", requestID: "1", hostID: "2", region: "r"),
                as: UTF8.self
            )
                == "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><X>&lt;</X><Key>a&amp;\"b</Key><BucketName>b</BucketName><Resource>/b/a</Resource><Region>r</Region><RequestId>1</RequestId><HostId>2</HostId></Error>"
        )
    }

    @Test(arguments: S3Error.Code.allCases) func everyCodeHasAStatusAndAMessage(code: S3Error.Code) throws {
        #expect(code.status == 304 || code.status == 301 || (400...599).contains(code.status))
        #expect(!code.defaultMessage.isEmpty)
        let xml = S3Error(code).xml(resource: "/", requestID: "", hostID: "")
        #expect(try XMLElement(parsing: xml, sizeMax: 4096).text(of: "Code") == code.rawValue)
    }

    @Test(
        arguments: [
            (.noSuchBucket, 404), (.preconditionFailed, 412), (.notModified, 304), (.minioStorageFull, 507),
            (.slowDown, 503),
            (.invalidRange, 416), (.bucketNotEmpty, 409), (.accessDenied, 403), (.missingContentLength, 411),
            (.methodNotAllowed, 405), (.notImplemented, 501), (.internalError, 500), (.malformedXML, 400),
            (.requestTimeTooSkewed, 403), (.bucketAlreadyOwnedByYou, 409), (.badDigest, 400),
            (.noSuchUpload, 404),
        ] as [(S3Error.Code, Int)]
    )
    func statusesAreThoseOfTheReference(code: S3Error.Code, status: Int) { #expect(code.status == status) }

    @Test(
        arguments: [
            (.signatureMismatch, .signatureDoesNotMatch), (.payloadHashMissing, .invalidRequest),
            (.malformedAuthorization("x"), .authorizationHeaderMalformed),
            (.malformedQueryParameters("x"), .authorizationQueryParametersError),
            (
                .wrongRegion(expected: "a", found: "b", kind: .authorizationHeader),
                .authorizationHeaderMalformed
            ),
            (
                .wrongRegion(expected: "a", found: "b", kind: .queryParameters),
                .authorizationQueryParametersError
            ),
            (.headerNotSigned("host"), .accessDenied), (.missingDate, .accessDenied),
            (
                .requestTimeTooSkewed(requestTime: Timestamp(seconds: 0), serverTime: Timestamp(seconds: 0)),
                .requestTimeTooSkewed
            ),
            (.expired(at: Timestamp(seconds: 0), serverTime: Timestamp(seconds: 1)), .accessDenied),
            (.chunkSignatureMismatch(number: 1), .signatureDoesNotMatch), (.bodyTooShort, .incompleteBody),
            (.decodedLengthMissing, .missingContentLength), (.trailerMissing("x"), .malformedTrailer),
            (.unsupportedAlgorithm(.queryParameters), .authorizationQueryParametersError),
            (.severalSignatures, .invalidArgument),
            (.malformedTarget, .invalidURI),
        ] as [(SigV4Error, S3Error.Code)]
    )
    func refusedSignaturesHaveTheirCodes(error: SigV4Error, code: S3Error.Code) {
        #expect(S3Error(from: error).code == code)
    }

    @Test func aWrongRegionNamesTheRightOne() throws {
        let error = S3Error(
            from: SigV4Error.wrongRegion(expected: "eu-1", found: "b", kind: .authorizationHeader)
        )
        let root = try XMLElement(
            parsing: error.xml(resource: "/", requestID: "", hostID: "", region: "eu-1"),
            sizeMax: 4096
        )
        #expect(root.children(named: "Region").map(\.text) == ["eu-1"])
        #expect(error.headers == [S3Error.Field("x-amz-bucket-region", "eu-1")])
    }
}

internal import Base
package import SigV4

extension S3Error {
    /// The one place where refused signatures become S3 errors. Labelled, because errors and codes share names: an
    /// unlabelled case would be taken for a code, or the other way round.
    package init(from error: SigV4Error) {
        switch error {
        case .severalSignatures:
            self.init(.invalidArgument, "Only one auth mechanism allowed.")
        case .unsupportedAlgorithm(let kind): self = .unsupportedAlgorithm(kind)
        case .malformedAuthorization(let reason): self.init(.authorizationHeaderMalformed, reason)
        case .malformedQueryParameters(let reason): self.init(.authorizationQueryParametersError, reason)
        case .wrongRegion(let expected, let found, let kind):
            self.init(
                .malformedScope(kind),
                "\(malformedPart(kind)); the region '\(found)' is wrong; expecting '\(expected)'",
                fields: [Field("Region", expected)],
                headers: [Field(S3Header.bucketRegion, expected)]
            )
        case .wrongService(let expected, let found, let kind):
            self.init(
                .malformedScope(kind),
                "\(malformedPart(kind)); incorrect service '\(found)', expecting '\(expected)'"
            )
        case .wrongScopeDate(let expected, let found, let kind):
            self.init(
                .malformedScope(kind),
                "\(malformedPart(kind)); invalid credential date '\(found)', expecting '\(expected)'"
            )
        case .missingDate:
            self.init(.accessDenied, "AWS authentication requires a valid Date or x-amz-date header.")
        case .requestTimeTooSkewed(let requestTime, let serverTime):
            self.init(
                .requestTimeTooSkewed,
                fields: [
                    Field("RequestTime", requestTime.iso8601Basic),
                    Field("ServerTime", serverTime.iso8601Milliseconds),
                    Field("MaxAllowedSkewMilliseconds", String(SignatureRules.skewMaxSeconds * 1000)),
                ]
            )
        case .expired(let time, let serverTime):
            self.init(
                .accessDenied,
                "Request has expired",
                fields: [
                    Field("Expires", time.iso8601Milliseconds),
                    Field("ServerTime", serverTime.iso8601Milliseconds),
                ]
            )
        case .notYetValid(let time, let serverTime):
            self.init(
                .accessDenied,
                "Request is not valid yet.",
                fields: [
                    Field("RequestTime", time.iso8601Basic),
                    Field("ServerTime", serverTime.iso8601Milliseconds),
                ]
            )
        case .headerNotSigned(let name):
            self.init(
                .accessDenied,
                "There were headers present in the request which were not signed",
                fields: [Field("HeadersNotSigned", name)]
            )
        case .signedHeaderMissing(let name):
            self.init(.signatureDoesNotMatch, "The signed header '\(name)' was not sent.")
        case .malformedTarget: self.init(.invalidURI)
        case .payloadHashMissing:
            self.init(.invalidRequest, "Missing required header for this request: x-amz-content-sha256")
        case .malformedPayloadHash:
            self.init(
                .invalidArgument,
                "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, "
                    + "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a "
                    + "valid sha256 value."
            )
        case .signatureMismatch, .chunkSignatureMismatch, .trailerSignatureMismatch:
            self.init(.signatureDoesNotMatch)
        case .formFieldMissing(let name): self = .formFieldMissing(name)
        case .decodedLengthMissing:
            self.init(.missingContentLength, "You must provide the x-amz-decoded-content-length HTTP header.")
        case .malformedChunk(let offset):
            self.init(.invalidRequest, "The chunked body is malformed at byte \(offset).")
        case .chunkTooLarge(let size, let sizeMax):
            self.init(.invalidRequest, "A chunk of \(size) bytes exceeds the \(sizeMax) allowed.")
        case .decodedLengthMismatch(let declared, let found):
            self.init(
                .incompleteBody,
                "x-amz-decoded-content-length declares \(declared) bytes, the chunks hold \(found)."
            )
        case .malformedTrailer: self.init(.malformedTrailer)
        case .trailerMissing(let name):
            self.init(.malformedTrailer, "The trailing header '\(name)' was announced and did not come.")
        case .trailerNotDeclared(let name):
            self.init(.malformedTrailer, "The trailing header '\(name)' was not announced in x-amz-trailer.")
        case .signedChunksWithoutSignature:
            self.init(.accessDenied, "Signed chunks need a signed request.")
        case .bodyTooShort: self.init(.incompleteBody)
        case .bytesAfterEnd: self.init(.invalidRequest, "There are bytes behind the last chunk.")
        }
    }

    /// A form for an upload that lacks a field, in S3's words.
    package static func formFieldMissing(_ name: String) -> S3Error {
        S3Error(
            .invalidArgument,
            "Bucket POST must contain a field named '\(name)'.  If it is specified, please check the order of the fields.",
            fields: [Field("ArgumentName", name), Field("ArgumentValue", "")]
        )
    }

    private static func unsupportedAlgorithm(_ kind: SignatureKind) -> S3Error {
        switch kind {
        case .queryParameters, .version2Query:
            S3Error(.authorizationQueryParametersError, "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\".")
        case .anonymous: S3Error(.accessDenied)
        case .authorizationHeader, .version2Header, .otherScheme:
            S3Error(.invalidArgument, "Unsupported Authorization Type.")
        }
    }
}

/// How S3's messages about a credential's scope begin; some clients look for the words.
private func malformedPart(_ kind: SignatureKind) -> String {
    kind == .queryParameters
        ? "Error parsing the X-Amz-Credential parameter" : "The authorization header is malformed"
}

extension S3Error.Code {
    fileprivate static func malformedScope(_ kind: SignatureKind) -> S3Error.Code {
        kind == .queryParameters ? .authorizationQueryParametersError : .authorizationHeaderMalformed
    }
}

package import Base

/// Why a request's signature, or a signed body, is not accepted. Nothing here holds a secret.
package enum SigV4Error: Error, Equatable {
    // The claim.
    /// Both a header and query parameters claim to sign the request.
    case severalSignatures
    /// Another algorithm than AWS4-HMAC-SHA256, or none that is known.
    case unsupportedAlgorithm(SignatureKind)
    case malformedAuthorization(String)
    case malformedQueryParameters(String)
    /// `expected` is the region this server answers to.
    case wrongRegion(expected: String, found: String, kind: SignatureKind)
    case wrongService(expected: String, found: String, kind: SignatureKind)
    /// The scope's date is not the day of the request's time.
    case wrongScopeDate(expected: String, found: String, kind: SignatureKind)
    /// Neither x-amz-date nor Date was sent, or what was sent is no date.
    case missingDate
    case requestTimeTooSkewed(requestTime: Timestamp, serverTime: Timestamp)
    /// A presigned request after its time.
    case expired(at: Timestamp, serverTime: Timestamp)
    /// A presigned request before its time, beyond the allowed skew.
    case notYetValid(from: Timestamp, serverTime: Timestamp)
    /// A header that must be signed was sent and is not; lower case.
    case headerNotSigned(String)
    /// A header is in the list of signed ones but was not sent; lower case.
    case signedHeaderMissing(String)
    /// A `%` in path or query without two hexadecimal digits.
    case malformedTarget
    /// S3 wants x-amz-content-sha256 with every signed request.
    case payloadHashMissing
    /// x-amz-content-sha256 is neither 64 hexadecimal digits nor a known word.
    case malformedPayloadHash
    case signatureMismatch
    /// A form has some of the fields of a signature and lacks this one.
    case formFieldMissing(String)

    // The body.
    /// A chunked body without x-amz-decoded-content-length, or with one that is no number.
    case decodedLengthMissing
    /// Chunks are declared as signed in a request that is not.
    case signedChunksWithoutSignature
    /// The chunk framing is wrong; `offset` counts the encoded body's bytes from 0.
    case malformedChunk(offset: Int)
    /// `sizeMax` is ``SignedChunkDecoder/signedChunkSizeMax``.
    case chunkTooLarge(size: Int, sizeMax: Int)
    /// `number` counts chunks from 1.
    case chunkSignatureMismatch(number: Int)
    /// The chunks hold more or fewer bytes than x-amz-decoded-content-length promised.
    case decodedLengthMismatch(declared: Int, found: Int)
    case malformedTrailer
    case trailerSignatureMismatch
    /// x-amz-trailer announced a field that did not come.
    case trailerMissing(String)
    /// A trailing field that x-amz-trailer did not announce.
    case trailerNotDeclared(String)
    /// The body ended within a chunk or before its last one.
    case bodyTooShort
    /// Bytes behind the last chunk.
    case bytesAfterEnd
}

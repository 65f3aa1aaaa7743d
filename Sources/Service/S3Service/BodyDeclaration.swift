internal import Base
internal import HTTP
package import S3API
internal import SigV4

/// What a request's head promises about its body.
package struct BodyDeclaration: Sendable {
    /// Bytes without any framing; of a form's file the most that it can have.
    package let size: Int64
    /// Whether it has exactly so many.
    package let isSizeExact: Bool
    /// How the body is cut into aws-chunks, if it is.
    let chunked: ChunkedPayload?
    /// Of Content-MD5, 16 bytes.
    let md5: [UInt8]?
    /// Of x-amz-content-sha256, 32 bytes.
    let sha256: [UInt8]?
    package let checksum: DeclaredChecksum

    /// - Parameters:
    ///   - sizeWithoutLength: the size of a body whose head says nothing of one; `nil` refuses it.
    ///   - checksumIsOfBody: `false` where x-amz-checksum-… speaks of something else, as in
    ///     CompleteMultipartUpload.
    /// - Throws: ``S3Error/Code-swift.enum/missingContentLength`` where the size is not said;
    ///   ``S3Error/Code-swift.enum/invalidDigest``; ``S3Error/Code-swift.enum/invalidRequest`` for checksums
    ///   that contradict each other.
    package init(
        of request: S3Request,
        sizeWithoutLength: Int64? = nil,
        checksumIsOfBody: Bool = true
    ) throws(S3Error) {
        isSizeExact = request.form == nil
        do throws(SigV4Error) {
            chunked = request.form == nil ? try ChunkedPayload(of: SignedHead(request.head)) : nil
        } catch {
            throw S3Error(from: error)
        }
        if request.form != nil {
            size = ObjectSizes.singlePutMax
        } else if let chunked {
            size = Int64(chunked.decodedSize)
        } else {
            switch request.head.bodyLength {
            case .sized(let size): self.size = size
            case .none:
                guard let sizeWithoutLength else { throw S3Error(.missingContentLength) }
                size = sizeWithoutLength
            case .chunked: throw S3Error(.missingContentLength)
            }
        }
        md5 = try request.header(S3Header.contentMD5).map { (text) throws(S3Error) in
            guard let digest = Base64.standard.decode(text), digest.count == 16 else {
                throw S3Error(.invalidDigest)
            }
            return digest
        }
        sha256 = Self.digest(request)
        guard checksumIsOfBody else {
            checksum = .none
            return
        }
        checksum = try DeclaredChecksum(
            header: { request.header($0) },
            trailerNames: chunked?.trailerNames ?? []
        )
        try checkLoneAlgorithm(request)
    }

    /// For the engine: `nil` where nobody knows.
    package var exactSize: Int64? { isSizeExact ? size : nil }

    /// Whether the body is bound to the head by a digest or a checksum of its whole.
    package var isProtected: Bool { md5 != nil || sha256 != nil || checksum != .none }

    /// For the content of an object or a part.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/entityTooLarge`` for more than one request may bring.
    package func checkSize() throws(S3Error) {
        guard size <= ObjectSizes.singlePutMax else {
            throw S3Error(
                .entityTooLarge,
                fields: [
                    S3Error.Field("ProposedSize", "\(size)"),
                    S3Error.Field("MaxSizeAllowed", "\(ObjectSizes.singlePutMax)"),
                ]
            )
        }
    }

    /// For documents that S3 takes only with a digest: one that arrives as another would delete or lock what nobody meant.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/invalidRequest``.
    package func requireProtection() throws(S3Error) {
        guard isProtected else {
            throw S3Error(
                .invalidRequest,
                "Missing required header for this request: Content-MD5 OR x-amz-checksum-*"
            )
        }
    }

    /// A header of 64 hexadecimal digits counts under every kind of signature.
    private static func digest(_ request: S3Request) -> [UInt8]? {
        if case .hashed(let digest)? = request.payload { return digest }
        guard request.payload == nil, let text = request.header(SignatureField.contentSHA256),
            case .hashed(let digest) = PayloadKind(text)
        else { return nil }
        return digest
    }

    /// SDKs name the algorithm and then send the value; a name alone means the value was lost on the way.
    private func checkLoneAlgorithm(_ request: S3Request) throws(S3Error) {
        guard checksum == .none, md5 == nil, request.header(S3Header.sdkChecksumAlgorithm) != nil else {
            return
        }
        throw S3Error(
            .invalidRequest,
            "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found."
        )
    }
}

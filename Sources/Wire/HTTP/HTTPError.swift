/// Why a request's head or chunked framing is refused. After any of them the bytes that follow cannot be
/// told apart, so the connection ends with the answer.
package enum HTTPError: Error, Equatable, Sendable {
    /// Not `method SP target SP HTTP/x.y`.
    case malformedRequestLine
    /// Not origin-form, absolute-form with http or https, or `*` with OPTIONS; or a control byte inside.
    case malformedTarget
    /// The target is longer than ``HeadLimits/targetSizeMax``.
    case targetTooLong
    /// Well-formed, but not 1.0 or 1.1.
    case unsupportedVersion
    /// A line feed without its carriage return.
    case bareLineFeed
    /// A carriage return without its line feed.
    case bareCarriageReturn
    /// A line that begins with white space: folding (RFC 9112 §5.2), which proxies read differently.
    case foldedLine
    /// White space between name and colon, an empty name, or a byte that is no token byte.
    case malformedFieldName
    /// A control byte.
    case malformedFieldValue
    /// The fields together are larger than ``HeadLimits/fieldsSizeMax`` or more than ``HeadLimits/fieldCountMax``.
    case fieldsTooLarge
    case missingHost
    /// More than one, or not a host.
    case malformedHost
    /// Not one number from 0 to 2^63 - 1.
    case malformedContentLength
    /// More than one Content-Length, even if equal.
    case repeatedContentLength
    /// Content-Length and Transfer-Encoding: somebody on the way may have believed the other one.
    case conflictingLengths
    /// Empty, `chunked` not last or more than once, or sent with HTTP/1.0.
    case malformedTransferEncoding
    /// A coding other than `chunked`.
    case unsupportedTransferEncoding
    /// Not hexadecimal digits, or more than 2^63 - 1.
    case malformedChunkSize
    /// Extensions over ``ChunkedDecoder``'s bound, or with a control byte.
    case malformedChunkExtension
    /// Something else than CRLF after a chunk's bytes.
    case malformedChunkEnd

    /// The status to answer with.
    package var status: ResponseStatus {
        switch self {
        case .targetTooLong: .uriTooLong
        case .fieldsTooLarge: .requestHeaderFieldsTooLarge
        case .unsupportedVersion: .httpVersionNotSupported
        case .unsupportedTransferEncoding: .notImplemented
        case .malformedRequestLine, .malformedTarget, .bareLineFeed, .bareCarriageReturn, .foldedLine,
            .malformedFieldName, .malformedFieldValue, .missingHost, .malformedHost, .malformedContentLength,
            .repeatedContentLength, .conflictingLengths, .malformedTransferEncoding, .malformedChunkSize,
            .malformedChunkExtension, .malformedChunkEnd:
            .badRequest
        }
    }
}

/// How the end of a request's body is known (RFC 9112 §6.3).
package enum RequestBodyLength: Sendable, Equatable {
    /// Neither length nor coding: no body.
    case none
    /// Content-Length, in bytes; may be 0.
    case sized(Int64)
    case chunked
}

/// One request's line and fields, checked. Immutable; owns its bytes.
package final class RequestHead: Sendable {
    package let method: RequestMethod
    package let version: HTTPVersion
    package let fields: FieldSection
    package let bodyLength: RequestBodyLength
    /// The client waits for `100 Continue` before it sends the body.
    package let expectsContinue: Bool
    /// The client will send another request after this one.
    package let isKeepAlive: Bool
    private let parsedTarget: RequestTarget
    private let targetRange: Range<Int>

    init(
        method: RequestMethod,
        version: HTTPVersion,
        target: RequestTarget,
        targetRange: Range<Int>,
        fields: FieldSection
    ) throws(HTTPError) {
        self.method = method
        self.version = version
        self.fields = fields
        parsedTarget = target
        self.targetRange = targetRange
        try Self.checkHost(fields, version)
        bodyLength = try Self.bodyLength(fields, version)
        expectsContinue = Self.expectsContinue(fields, version)
        isKeepAlive =
            switch version {
            case .http11: !fields.list(.connection, has: "close")
            case .http10:
                fields.list(.connection, has: "keep-alive") && !fields.list(.connection, has: "close")
            }
    }

    /// As it was sent, undecoded.
    package var target: ArraySlice<UInt8> { fields.bytes[targetRange] }

    /// From `/` to before `?`, undecoded; empty for `OPTIONS *`. An absolute-form without a path has `/`.
    package var path: ArraySlice<UInt8> {
        let path = fields.bytes[parsedTarget.path]
        guard path.isEmpty, !parsedTarget.isAsterisk else { return path }
        return [UInt8(ascii: "/")]
    }

    /// After the `?`, undecoded; `nil` without one.
    package var query: ArraySlice<UInt8>? { parsedTarget.query.map { fields.bytes[$0] } }

    /// `OPTIONS *`: about the server, not a resource.
    package var isAsterisk: Bool { parsedTarget.isAsterisk }

    /// Host and port the client meant: an absolute-form's, else the Host field's. `nil` in HTTP/1.0 without.
    package var host: ArraySlice<UInt8>? {
        parsedTarget.authority.map { fields.bytes[$0] } ?? fields.value(of: .host)
    }

    /// The first field of that name.
    package func value(of name: HeaderName) -> ArraySlice<UInt8>? { fields.value(of: name) }
    /// Every field of that name, in order.
    package func values(of name: HeaderName) -> [ArraySlice<UInt8>] { fields.values(of: name) }
    /// The first field of that name as text; bytes that are no UTF-8 become U+FFFD.
    package func text(of name: HeaderName) -> String? { fields.text(of: name) }

    private static func checkHost(_ fields: FieldSection, _ version: HTTPVersion) throws(HTTPError) {
        guard let index = fields.firstIndex(of: .host, from: 0) else {
            guard version == .http10 else { throw .missingHost }
            return
        }
        guard fields.firstIndex(of: .host, from: index + 1) == nil, isHost(fields[index].value) else {
            throw .malformedHost
        }
    }

    private static func bodyLength(
        _ fields: FieldSection,
        _ version: HTTPVersion
    ) throws(HTTPError) -> RequestBodyLength {
        let lengthIndex = fields.firstIndex(of: .contentLength, from: 0)
        let isCoded = fields.firstIndex(of: .transferEncoding, from: 0) != nil
        if isCoded {
            guard lengthIndex == nil else { throw .conflictingLengths }
            guard version == .http11 else { throw .malformedTransferEncoding }
            try checkCodings(fields.values(of: .transferEncoding).flatMap { listElements($0) })
            return .chunked
        }
        guard let lengthIndex else { return .none }
        guard fields.firstIndex(of: .contentLength, from: lengthIndex + 1) == nil else {
            throw .repeatedContentLength
        }
        let value = fields[lengthIndex].value
        guard !value.contains(UInt8(ascii: ",")) else { throw .repeatedContentLength }
        guard let size = decimal(value) else { throw .malformedContentLength }
        return .sized(size)
    }

    private static func checkCodings(_ codings: [ArraySlice<UInt8>]) throws(HTTPError) {
        for (index, coding) in codings.enumerated() {
            guard !coding.isEmpty else { throw .malformedTransferEncoding }
            guard Token.matches(coding, "chunked") else {
                let isBeforeChunked = index < codings.count - 1
                guard isBeforeChunked || codings.count == 1 else { throw .malformedTransferEncoding }
                throw .unsupportedTransferEncoding
            }
            guard index == codings.count - 1 else { throw .malformedTransferEncoding }
        }
    }

    private static func expectsContinue(
        _ fields: FieldSection,
        _ version: HTTPVersion
    ) -> Bool {
        guard let value = fields.value(of: .expect) else { return false }
        // A 1.0 client cannot take an interim answer: its expectation is to be ignored (RFC 9110 §10.1.1).
        guard version == .http11 else { return false }
        // Others may be refused or ignored (RFC 9110 §10.1.1); S3 ignores them.
        return Token.matches(value, "100-continue")
    }

    /// Digits and nothing else, at most 2^63 - 1.
    private static func decimal(_ digits: ArraySlice<UInt8>) -> Int64? {
        guard !digits.isEmpty else { return nil }
        var value: Int64 = 0
        for digit in digits {
            guard digit &- UInt8(ascii: "0") < 10 else { return nil }
            let (product, isOver) = value.multipliedReportingOverflow(by: 10)
            let (sum, isOverToo) = product.addingReportingOverflow(Int64(digit - UInt8(ascii: "0")))
            guard !isOver, !isOverToo else { return nil }
            value = sum
        }
        return value
    }
}

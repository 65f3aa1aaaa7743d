import CCurl
import Posix

/// One request on one thread, from the handle to the answer.
///
///     configure ─▶ perform ⇄ poll (woken by ``TransferStop``) ─▶ done
///                    ├─ openSocket: may this address be asked?
///                    └─ receiveHead, receiveBody: within their bounds?
final class Transfer {
    let request: OutgoingRequest
    let options: HTTPClientOptions
    private let deadline: ContinuousClock.Instant
    private let stop: TransferStop

    // Filled by the callbacks.
    var headLines: [[UInt8]] = []
    var headSize = 0
    var body: [UInt8] = []
    /// Why a callback ended the transfer, which libcurl cannot say.
    var refusal: HTTPClientError?

    /// libcurl's global state, which lives as long as the process. It leaves broken pipes to us.
    private static let isLibraryReady: Bool = {
        do throws(Errno) {
            try StopSignals.ignoreBrokenPipes()
            return ccurl_global_init() == 0
        } catch {
            return false
        }
    }()

    init(
        _ request: OutgoingRequest,
        options: HTTPClientOptions,
        deadline: ContinuousClock.Instant,
        stop: TransferStop
    ) {
        (self.request, self.options, self.deadline, self.stop) = (request, options, deadline, stop)
    }

    var origin: WebOrigin { request.url.origin }

    /// Blocks until the answer is there, the time is over, or the transfer is stopped.
    func run() throws(HTTPClientError) -> OutgoingResponse {
        guard Self.isLibraryReady, let easy = curl_easy_init() else {
            throw .libraryFailed(reason: "no handle")
        }
        defer { curl_easy_cleanup(easy) }
        let setup = EasySetup(easy)
        defer { setup.release() }
        try configure(setup)
        let code = try withExtendedLifetime(self) { () throws(HTTPClientError) in try perform(easy) }
        guard code == CURLE_OK else { throw error(for: code, details: setup.details) }
        var status = 0
        guard ccurl_status(easy, &status) == CURLE_OK, (100...999).contains(status) else {
            throw .transferFailed(origin, reason: "no status")
        }
        return OutgoingResponse(status: status, headers: headLines.compactMap(Self.header), body: body)
    }

    private func perform(_ easy: UnsafeMutableRawPointer) throws(HTTPClientError) -> CURLcode {
        guard let multi = curl_multi_init() else { throw .libraryFailed(reason: "no handle") }
        // The results below say that the handle is good, which it is.
        defer { curl_multi_cleanup(multi) }
        guard curl_multi_add_handle(multi, easy) == CURLM_OK else {
            throw .libraryFailed(reason: "the handle is not accepted")
        }
        defer { curl_multi_remove_handle(multi, easy) }
        stop.wakes(multi)
        defer { stop.wakes(nil) }
        while true {
            guard !stop.isStopped else { throw .cancelled }
            guard ContinuousClock.now < deadline else { throw .timedOut(origin) }
            var runningCount: CInt = 0
            var result = curl_multi_perform(multi, &runningCount)
            guard result == CURLM_OK else { throw .libraryFailed(reason: CurlText.of(result)) }
            var left: CInt = 0
            var code = CURLE_OK
            while let message = curl_multi_info_read(multi, &left) {
                if ccurl_ends(message, &code) != 0 { return code }
            }
            result = curl_multi_poll(multi, nil, 0, 1000, nil)
            guard result == CURLM_OK else { throw .libraryFailed(reason: CurlText.of(result)) }
        }
    }

    private func configure(_ setup: EasySetup) throws(HTTPClientError) {
        let left = deadline - .now
        guard left > .zero else { throw .timedOut(origin) }
        try setup.text(CURLOPT_URL, request.url.text)
        try setup.number(CURLOPT_PATH_AS_IS, 1)
        try setup.text(CURLOPT_PROTOCOLS_STR, "http,https")
        try setup.number(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        try setup.number(CURLOPT_FOLLOWLOCATION, 0)
        try setup.text(CURLOPT_USERAGENT, HTTPClient.userAgent)
        // An empty text is no proxy; without one the environment would be asked.
        try setup.text(CURLOPT_PROXY, options.proxy ?? "")
        try setup.number(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        try setup.number(CURLOPT_NETRC, 0)
        try setup.number(CURLOPT_FORBID_REUSE, 1)
        // Threads and alarm signals do not go together.
        try setup.number(CURLOPT_NOSIGNAL, 1)
        // A look-up that hangs is left behind, or it would hold the thread past the deadline.
        try setup.number(CURLOPT_QUICK_EXIT, 1)
        try setup.number(CURLOPT_TIMEOUT_MS, left.milliseconds)
        try setup.number(CURLOPT_CONNECTTIMEOUT_MS, min(left, options.connectTimeout).milliseconds)
        try setup.list(CURLOPT_RESOLVE, options.fixedAddresses)
        try configureTLS(setup)
        try configureMessage(setup)
        try setup.callbacks(of: self)
    }

    private func configureTLS(_ setup: EasySetup) throws(HTTPClientError) {
        try setup.number(CURLOPT_SSL_VERIFYPEER, 1)
        try setup.number(CURLOPT_SSL_VERIFYHOST, 2)
        try setup.number(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        // This replaces the bundle only: Debian's libcurl looks into the folder of the same authorities too.
        if let path = options.authoritiesPath { try setup.text(CURLOPT_CAINFO, path) }
    }

    private func configureMessage(_ setup: EasySetup) throws(HTTPClientError) {
        switch request.method {
        case .head: try setup.number(CURLOPT_NOBODY, 1)
        case .get, .delete:
            if !request.body.isEmpty { try setup.body(request.body) }
        case .post, .put: try setup.body(request.body)
        }
        try setup.text(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        // Removed by an empty value: the defaults for a body, and the wait before a large one.
        let removed = ["Accept:", "Expect:", "Content-Type:"]
        try setup.list(CURLOPT_HTTPHEADER, removed + request.headers.map { "\($0.name): \($0.value)" })
    }

    private func error(for code: CURLcode, details: String) -> HTTPClientError {
        // One address of several may have been refused before another one was too slow.
        if code == CURLE_OPERATION_TIMEDOUT { return .timedOut(origin) }
        if let refusal { return refusal }
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: return .unresolvedName(origin)
        case CURLE_COULDNT_CONNECT: return .connectionFailed(origin)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR:
            return .tlsFailed(origin, reason: details.isEmpty ? CurlText.of(code) : details)
        case CURLE_OUT_OF_MEMORY, CURLE_FAILED_INIT, CURLE_NOT_BUILT_IN:
            return .libraryFailed(reason: CurlText.of(code))
        default: return .transferFailed(origin, reason: CurlText.of(code))
        }
    }

    /// `nil` for the line that is no field.
    private static func header(_ line: [UInt8]) -> (name: String, value: String)? {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        func text(_ bytes: ArraySlice<UInt8>) -> String {
            let isSpace: (UInt8) -> Bool = { $0 <= 0x20 }
            let start = bytes.drop(while: isSpace)
            let end = start.lastIndex { !isSpace($0) } ?? start.startIndex - 1
            return String(decoding: start[..<(end + 1)], as: UTF8.self)
        }
        return (text(line[..<colon]), text(line[(colon + 1)...]))
    }
}

/// libcurl's own words, which name nothing of the request.
enum CurlText {
    static func of(_ code: CURLcode) -> String { String(cString: curl_easy_strerror(code)) }
    static func of(_ code: CURLMcode) -> String { String(cString: curl_multi_strerror(code)) }
}

extension Duration {
    /// Rounded up.
    fileprivate var milliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}

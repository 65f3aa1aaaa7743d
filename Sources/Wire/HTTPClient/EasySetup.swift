import CCurl
import Posix

/// Sets a handle's options, and owns what libcurl does not copy.
final class EasySetup {
    private let easy: UnsafeMutableRawPointer
    private var lists: [UnsafeMutablePointer<curl_slist>?] = []
    private let errorText: UnsafeMutablePointer<CChar>

    init(_ easy: UnsafeMutableRawPointer) {
        self.easy = easy
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    /// Call it when the transfer is over.
    func release() {
        for list in lists { curl_slist_free_all(list) }
        lists = []
        // The handle is cleaned up after this and may still want to write.
        _ = ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, nil)
        errorText.deallocate()
    }

    /// What went wrong in detail; empty where libcurl had nothing to say.
    var details: String { String(cString: errorText) }

    func number(_ option: CURLoption, _ value: some BinaryInteger) throws(HTTPClientError) {
        try check(ccurl_set_number(easy, option, CLong(value)))
    }

    func text(_ option: CURLoption, _ value: String) throws(HTTPClientError) {
        try check(ccurl_set_text(easy, option, value))
    }

    func body(_ bytes: [UInt8]) throws(HTTPClientError) {
        try number(CURLOPT_POST, 1)
        try check(ccurl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count)))
        let result = bytes.withUnsafeBytes { bytes in
            // No bytes have no address, which would mean that the body is read by a callback.
            ccurl_set_text(
                easy,
                CURLOPT_COPYPOSTFIELDS,
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self) ?? emptyText
            )
        }
        try check(result)
    }

    func list(_ option: CURLoption, _ texts: [String]) throws(HTTPClientError) {
        guard !texts.isEmpty else { return }
        var list: UnsafeMutablePointer<curl_slist>?
        for text in texts {
            guard let longer = curl_slist_append(list, text) else {
                curl_slist_free_all(list)
                throw .libraryFailed(reason: "no memory")
            }
            list = longer
        }
        lists.append(list)
        try check(ccurl_set_pointer(easy, option, list))
    }

    /// The transfer has to outlive the handle's use.
    func callbacks(of transfer: Transfer) throws(HTTPClientError) {
        let context = Unmanaged.passUnretained(transfer).toOpaque()
        for option in [CURLOPT_OPENSOCKETDATA, CURLOPT_HEADERDATA, CURLOPT_WRITEDATA] {
            try check(ccurl_set_pointer(easy, option, context))
        }
        try check(ccurl_set_socket_callback(easy, openSocket))
        try check(ccurl_set_bytes_callback(easy, CURLOPT_HEADERFUNCTION, receiveHead))
        try check(ccurl_set_bytes_callback(easy, CURLOPT_WRITEFUNCTION, receiveBody))
        try check(ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText))
    }

    private func check(_ code: CURLcode) throws(HTTPClientError) {
        guard code == CURLE_OK else { throw .libraryFailed(reason: CurlText.of(code)) }
    }
}

nonisolated(unsafe) private let emptyText: UnsafePointer<CChar> = {
    let text = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
    text.initialize(to: 0)
    return UnsafePointer(text)
}()

// MARK: what libcurl calls

private func transfer(_ context: UnsafeMutableRawPointer?) -> Transfer? {
    context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
}

private let openSocket:
    @convention(c) (
        UnsafeMutableRawPointer?, curlsocktype, UnsafeMutablePointer<curl_sockaddr>?
    ) -> curl_socket_t = { context, _, address in
        guard let transfer = transfer(context), let address, transfer.mayConnect(to: address) else {
            return ccurl_no_socket()
        }
        return ccurl_open_socket(address)
    }

private let receiveHead:
    @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int = {
        bytes,
        size,
        count,
        context in
        guard let transfer = transfer(context) else { return 0 }
        return transfer.receiveHead(UnsafeRawBufferPointer(start: bytes, count: size * count))
            ? size * count : 0
    }

private let receiveBody:
    @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int = {
        bytes,
        size,
        count,
        context in
        guard let transfer = transfer(context) else { return 0 }
        return transfer.receiveBody(UnsafeRawBufferPointer(start: bytes, count: size * count))
            ? size * count : 0
    }

extension Transfer {
    fileprivate func mayConnect(to address: UnsafePointer<curl_sockaddr>) -> Bool {
        // The operator chose the proxy, and the proxy chooses addresses.
        if options.proxy != nil { return true }
        var bytes = [UInt8](repeating: 0, count: 16)
        let size = Int(ccurl_address_bytes(address, &bytes))
        guard size > 0 else { return false }
        let host = SocketAddress.Host(networkOrder: bytes[..<size])
        guard request.policy.allows(host, for: origin) else {
            refusal = .addressNotAllowed(origin, address: SocketAddress(host: host, port: 0).hostText)
            return false
        }
        return true
    }

    /// Called for each line of each head; the last head counts.
    fileprivate func receiveHead(_ line: UnsafeRawBufferPointer) -> Bool {
        headSize += line.count
        guard headSize <= options.headSizeMax else {
            refusal = .responseTooLarge(origin, sizeMax: options.headSizeMax)
            return false
        }
        if line.starts(with: "HTTP/".utf8) {
            headLines = []
        } else {
            headLines.append(Array(line))
        }
        return true
    }

    fileprivate func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard body.count + bytes.count <= options.bodySizeMax else {
            refusal = .responseTooLarge(origin, sizeMax: options.bodySizeMax)
            return false
        }
        body.append(contentsOf: bytes)
        return true
    }
}

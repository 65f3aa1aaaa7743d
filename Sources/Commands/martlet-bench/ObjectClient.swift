import Base
import Cryptography
import Glibc
import Posix
import SigV4

/// One client: signs requests, sends them over its connection one after the other, and checks the answers.
/// Every call blocks. After an error, and where the server ends a connection, the next request takes a new
/// one; no request is ever sent twice.
final class ObjectClient {
    struct Account: Sendable {
        var authority: String
        var address: SocketAddress
        var signer: SigV4Signer
        var bucket: String
        var payload: PayloadForm
    }

    private let account: Account
    /// Whom requests are signed as; at first whom the account names.
    var signer: SigV4Signer
    private let time = SystemTime()
    private var connection: Connection?

    /// Error documents that are longer are not read.
    private static let errorDocumentSizeMax = 64 << 10

    init(_ account: Account) { (self.account, signer) = (account, account.signer) }

    /// Connects unless it already is. A server ends connections that were idle for long: one of those is not used again.
    @discardableResult
    func connect() throws(RequestError) -> Connection {
        if let connection, try !connection.hasEnded() { return connection }
        let connection = try Connection(to: account.address)
        self.connection = connection
        return connection
    }

    /// - Returns: whether the bucket is new: it was not there before.
    func createBucket() throws(RequestError) -> Bool {
        do {
            try exchange("PUT", key: nil, expecting: 200)
            return true
        } catch .unexpectedStatus(409, code: "BucketAlreadyOwnedByYou") {
            return false
        }
    }

    /// The bucket must be empty.
    func deleteBucket() throws(RequestError) { try exchange("DELETE", key: nil, expecting: 204) }

    func delete(_ key: String) throws(RequestError) { try exchange("DELETE", key: key, expecting: 204) }

    /// From now on every write of a key is a version of it.
    func enableVersioning() throws(RequestError) {
        let document = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
        try exchange("PUT", "/\(account.bucket)?versioning", Array(document.utf8))
    }

    /// Writes object `number` of `pattern`.
    ///
    /// - Returns: the id of the version that it is, in a bucket that has versions.
    @discardableResult
    func put(_ key: String, _ pattern: inout BodyPattern, number: Int) throws(RequestError) -> String? {
        let payload: PayloadKind =
            switch account.payload {
            case .unsigned: .unsigned
            case .hashed: .hashed(pattern.digest(ofObject: number))
            }
        let head = head("PUT", key: key, bodySize: pattern.size, payload: payload)
        return try answered { (connection) throws(RequestError) in
            try Self.send(head, &pattern, number: number, over: connection)
            return try Self.checkEmptyAnswer(from: connection, expecting: 200)
        }.versionID
    }

    /// Asks for an object's head, or for that of one of its versions, which must have `size` bytes.
    func head(_ key: String, versionID: String? = nil, size: Int) throws(RequestError) {
        let head = head("HEAD", key: Self.key(key, versionID), bodySize: nil, payload: .unsigned)
        let answer = try answered { (connection) throws(RequestError) in
            try connection.send(head)
            return try Self.head(from: connection, expecting: 200, hasBody: false)
        }
        guard let announced = answer.contentLength else { throw .contentLengthMissing }
        guard announced == size else { throw .wrongSize(expected: size, announced: announced) }
        guard versionID == nil || answer.versionID == versionID else { throw .wrongVersion }
    }

    /// Reads an object, or one of its versions, and compares all of it with object `number` of `pattern`.
    func readBack(
        _ key: String,
        versionID: String? = nil,
        _ pattern: inout BodyPattern,
        number: Int
    ) throws(RequestError) {
        let head = head("GET", key: Self.key(key, versionID), bodySize: nil, payload: .unsigned)
        try answered { (connection) throws(RequestError) in
            try connection.send(head)
            let answer = try Self.head(from: connection, expecting: 200)
            guard let size = answer.contentLength else { throw .contentLengthMissing }
            guard size == pattern.size else { throw .wrongSize(expected: pattern.size, announced: size) }
            for index in 0..<pattern.blockCount {
                try pattern.withBlock(index, ofObject: number) { (block) throws(RequestError) in
                    try Self.compare(block, at: index * BodyPattern.blockSizeMax, with: connection)
                }
            }
            return answer
        }
    }

    /// An administrator's call, such as `list-users`; what it answers is received and not looked at.
    ///
    /// - Parameter query: without its question mark, in characters that need no escaping.
    func administer(_ method: String, _ call: String, _ query: String, _ body: [UInt8]) throws(RequestError) {
        try exchange(method, "/minio/admin/v3/\(call)" + (query.isEmpty ? "" : "?\(query)"), body)
    }

    /// Sends a document; what is answered is received and not looked at.
    private func exchange(_ method: String, _ target: String, _ body: [UInt8]) throws(RequestError) {
        let digest = SHA256.hash(body)
        let head = head(method, target: target, bodySize: body.count, payload: .hashed(digest))
        try answered { (connection) throws(RequestError) in
            try connection.send(head)
            try connection.send(body)
            let answer = try Self.head(from: connection, expecting: 200)
            guard let size = answer.contentLength else { throw .contentLengthMissing }
            try connection.receive(size) { _ in }
            return answer
        }
    }

    /// A page of at most a thousand keys.
    ///
    /// - Parameter token: where the page before said that the listing goes on.
    /// - Returns: the document.
    func list(_ prefix: String, token: String?) throws(RequestError) -> [UInt8] {
        var parameters = [("list-type", "2"), ("max-keys", "1000"), ("prefix", prefix)]
        if let token { parameters.append(("continuation-token", token)) }
        let query = parameters.map { name, value in
            var encoded = Array("\(name)=".utf8)
            PercentCoding.append(value.utf8, to: &encoded)
            return String(decoding: encoded, as: UTF8.self)
        }.joined(separator: "&")
        let head = head("GET", target: "/\(account.bucket)?\(query)", bodySize: nil, payload: .unsigned)
        var document: [UInt8] = []
        try answered { (connection) throws(RequestError) in
            try connection.send(head)
            let answer = try Self.head(from: connection, expecting: 200)
            guard let size = answer.contentLength else { throw .contentLengthMissing }
            try connection.receive(size) { document += $0 }
            return answer
        }
        return document
    }

    private static func compare(
        _ block: UnsafeRawBufferPointer,
        at objectOffset: Int,
        with connection: Connection
    ) throws(RequestError) {
        var offset = 0
        try connection.receive(block.count) { (piece) throws(RequestError) in
            let expected = UnsafeRawBufferPointer(rebasing: block[offset..<(offset + piece.count)])
            guard let left = expected.baseAddress, let right = piece.baseAddress,
                memcmp(left, right, piece.count) == 0
            else { throw .wrongBytes(objectOffset: objectOffset + offset) }
            offset += piece.count
        }
    }

    private static func send(
        _ head: [UInt8],
        _ pattern: inout BodyPattern,
        number: Int,
        over connection: Connection
    ) throws(RequestError) {
        do {
            if pattern.blockCount == 0 { try connection.send(head) }
            for index in 0..<pattern.blockCount {
                try pattern.withBlock(index, ofObject: number) { (block) throws(RequestError) in
                    try connection.send(index == 0 ? head : [], block)
                }
            }
        } catch {
            // A server that refuses a body may answer and close before it has read all of it.
            guard case .network = error else { throw error }
            do throws(RequestError) {
                _ = try Self.head(from: connection, expecting: 0)
            } catch .unexpectedStatus(let status, let code) {
                throw .unexpectedStatus(status, code: code)
            } catch {}
            throw error
        }
    }

    private func exchange(_ method: String, key: String?, expecting status: Int) throws(RequestError) {
        let head = head(method, key: key, bodySize: method == "PUT" ? 0 : nil, payload: .unsigned)
        try answered { (connection) throws(RequestError) in
            try connection.send(head)
            return try Self.checkEmptyAnswer(from: connection, expecting: status)
        }
    }

    private static func checkEmptyAnswer(
        from connection: Connection,
        expecting status: Int
    ) throws(RequestError) -> ResponseHead {
        let answer = try head(from: connection, expecting: status)
        // 204 has no body by definition (RFC 9110 §15.3.5).
        guard status != 204 else { return answer }
        guard let size = answer.contentLength else { throw .contentLengthMissing }
        guard size == 0 else { throw .wrongSize(expected: 0, announced: size) }
        return answer
    }

    /// Runs one exchange and keeps the connection only where it can carry another.
    @discardableResult
    private func answered(
        _ exchange: (Connection) throws(RequestError) -> ResponseHead
    ) throws(RequestError) -> ResponseHead {
        let connection = try connect()
        self.connection = nil
        let answer = try exchange(connection)
        if answer.keepsAlive { self.connection = connection }
        return answer
    }

    /// - Parameter hasBody: false for the answer to a HEAD, whose length is that of what does not follow.
    private static func head(
        from connection: Connection,
        expecting status: Int,
        hasBody: Bool = true
    ) throws(RequestError) -> ResponseHead {
        let head = try connection.receiveHead()
        guard head.status == status else {
            throw .unexpectedStatus(head.status, code: hasBody ? errorCode(head, from: connection) : nil)
        }
        return head
    }

    /// What stands between `<Code>` and `</Code>`; `nil` where there is no such document.
    private static func errorCode(_ head: ResponseHead, from connection: Connection) -> String? {
        guard let size = head.contentLength, size <= errorDocumentSizeMax else { return nil }
        var document: [UInt8] = []
        // The status already says what went wrong; the document only explains it.
        guard (try? connection.receive(size, { document += $0 })) != nil else { return nil }
        let text = String(decoding: document, as: UTF8.self)
        guard let start = text.firstRange(of: "<Code>"),
            let end = text[start.upperBound...].firstRange(of: "</Code>")
        else { return nil }
        return String(text[start.upperBound..<end.lowerBound])
    }

    private static func key(_ key: String, _ versionID: String?) -> String {
        key + (versionID.map { "?versionId=\($0)" } ?? "")
    }

    private func head(_ method: String, key: String?, bodySize: Int?, payload: PayloadKind) -> [UInt8] {
        let target = "/\(account.bucket)" + (key.map { "/\($0)" } ?? "")
        return head(method, target: target, bodySize: bodySize, payload: payload)
    }

    private func head(_ method: String, target: String, bodySize: Int?, payload: PayloadKind) -> [UInt8] {
        let request = SignerRequest(method: method, target: target, fields: [("host", account.authority)])
        let signed: SignerRequest
        do {
            signed = try signer.sign(request, payload: payload, at: time.now)
        } catch {
            preconditionFailure("\(target) consists of characters that need no escaping: \(error)")
        }
        var head = "\(method) \(target) HTTP/1.1\r\n"
        for field in signed.fields { head += "\(field.name): \(field.value)\r\n" }
        if let bodySize { head += "content-length: \(bodySize)\r\n" }
        return Array((head + "\r\n").utf8)
    }
}

extension Connection {
    fileprivate func send(_ head: [UInt8], _ body: UnsafeRawBufferPointer? = nil) throws(RequestError) {
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        try head.withUnsafeBufferPointer { (bytes) throws(RequestError) in
            try send(UnsafeRawBufferPointer(bytes), body ?? none)
        }
    }
}

import HTTP
import S3API
package import S3Service
package import SigV4

/// A request as the server would hand it to operations.
package func request(
    _ method: String = "GET",
    _ target: String,
    _ fields: [String] = [],
    kind: SignatureKind = .authorizationHeader,
    payload: PayloadKind? = nil
) throws -> S3Request {
    let text =
        "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\n" + fields.map { "\($0)\r\n" }.joined() + "\r\n"
    var parser = RequestHeadParser()
    let progress = try Array(text.utf8).withUnsafeBytes { try parser.parse($0) }
    guard case .complete(let head, _) = progress else { throw IncompleteHead() }
    let path = try S3Path(path: head.path, host: nil, domains: [])
    return try S3Request(head, bucket: path.bucket, key: path.key, signatureKind: kind, payload: payload)
}

private struct IncompleteHead: Error {}

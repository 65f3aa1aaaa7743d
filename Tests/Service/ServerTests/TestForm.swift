import Base
import Cryptography
import S3API

/// A form for an upload, as a browser would send it.
struct TestForm: Sendable {
    static let boundary = "----boundary7MA4YWxkTrZu0gW"
    static let contentType = "multipart/form-data; boundary=\(boundary)"

    var fields: [(name: String, value: String)]
    var file: String
    var fileName = "cat.jpg"

    init(_ fields: [(String, String)], file: String) {
        self.fields = fields.map { (name: $0.0, value: $0.1) }
        self.file = file
    }

    var body: String {
        let parts = fields.map { part("name=\"\($0.name)\"", $0.value) }
        let last = part("name=\"file\"; filename=\"\(fileName)\"\r\nContent-Type: text/plain", file)
        return parts.joined() + last + "--\(Self.boundary)--\r\n"
    }

    private func part(_ disposition: String, _ value: String) -> String {
        "--\(Self.boundary)\r\nContent-Disposition: form-data; \(disposition)\r\n\r\n\(value)\r\n"
    }

    /// The fields of a form's body.
    static func form(of body: String) throws -> UploadForm {
        guard let boundary = FormDataBoundary(contentType: contentType) else {
            throw S3Error(.malformedPOSTRequest)
        }
        var parser = FormDataParser(boundary)
        var form = UploadForm()
        let bytes = Array(body.utf8)
        while true {
            switch try bytes.withUnsafeBytes({ try parser.next(in: $0) }) {
            case .field(let name, let value): try form.append(name, value)
            case .file(let name, _):
                try form.setFileName(name)
                return form
            case .needsMore, .end: throw S3Error(.malformedPOSTRequest)
            }
        }
    }

    /// With a policy, in JSON, that is allowed whatever the form has, and a signature of version 4.
    ///
    /// - Parameter conditions: instead of those that are made for the fields.
    func signed(
        accessKey: String,
        secret: String,
        conditions: String? = nil,
        expiration: String = "2100-01-01T00:00:00Z"
    ) throws -> TestForm {
        let date = SystemTime().now.iso8601Basic
        let day = String(date.prefix(8))
        var form = self
        form.fields += [
            (name: "x-amz-algorithm", value: "AWS4-HMAC-SHA256"),
            (name: "x-amz-credential", value: "\(accessKey)/\(day)/us-east-1/s3/aws4_request"),
            (name: "x-amz-date", value: date),
        ]
        let covering = (["bucket"] + form.fields.map(\.name)).map { "[\"starts-with\",\"$\($0)\",\"\"]" }
        let list = conditions ?? covering.joined(separator: ",")
        let text = "{\"expiration\":\"\(expiration)\",\"conditions\":[\(list)]}"
        let policy = Base64.standard.encode(Array(text.utf8))
        var key = Array("AWS4\(secret)".utf8)
        for part in [day, "us-east-1", "s3", "aws4_request"] {
            key = HMACSHA256.authenticate(Array(part.utf8), key: key)
        }
        let signature = HMACSHA256.authenticate(Array(policy.utf8), key: key).hexadecimal
        form.fields += [(name: "Policy", value: policy), (name: "x-amz-signature", value: signature)]
        return form
    }
}

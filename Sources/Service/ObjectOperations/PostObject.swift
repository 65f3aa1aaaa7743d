internal import Base
internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service

/// An upload by a form, as browsers send them: a put whose headers and signature are fields of its body.
///
/// The server reads the fields, checks signature and policy, and hands over the request that carries them; the file is
/// what is left of the body.
package struct PostObject: S3Operation {
    package static let route = Route(.post, .bucket, needs: .form)

    let upload: PutObject
    let object: ObjectAddress
    let answer: FormAnswer
    /// As in `http://localhost:9000/bucket/key`.
    let location: String

    package init(parsing request: S3Request) throws(S3Error) {
        guard let form = request.form else { throw S3Error(.malformedPOSTRequest) }
        upload = try PutObject(parsing: request)
        object = request.object
        answer = FormAnswer(form)
        location = request.objectLocation
    }

    package var rights: Rights { upload.rights }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let stored = try await upload.perform(in: context)
        let etag = ETag(stored.headers.first { $0.name == "ETag" }?.value ?? "")
        var headers = stored.headers
        switch answer {
        case .redirect(let target):
            headers.append(("Location", target.location(of: object, etag)))
            return S3Response(status: 303, headers: headers, writtenSize: stored.writtenSize)
        case .status(let status):
            headers.append(("Location", location))
            guard status == 201 else {
                return S3Response(status: status, headers: headers, writtenSize: stored.writtenSize)
            }
            let document = PostResponse(
                location: location,
                bucket: object.bucket,
                key: object.key,
                etag: etag
            )
            headers.append(("Content-Type", "application/xml"))
            return S3Response(
                status: status,
                headers: headers,
                body: .bytes(document.xml),
                writtenSize: stored.writtenSize
            )
        }
    }
}

/// What the sender of a form is answered.
enum FormAnswer: Hashable {
    struct Target: Hashable {
        /// Up to the fragment.
        let url: String
        let fragment: String

        /// - Returns: `nil` for what is no `http` or `https` URL; S3 takes that for no target.
        init?(_ text: String) {
            let lower = text.lowercased()
            guard
                ["http://", "https://"].contains(where: {
                    lower.hasPrefix($0) && text.utf8.count > $0.utf8.count
                }),
                text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
            else { return nil }
            let url = text.prefix { $0 != "#" }
            (self.url, fragment) = (String(url), String(text.dropFirst(url.count)))
        }

        func location(of object: ObjectAddress, _ etag: ETag) -> String {
            let separator = url.contains("?") ? "&" : "?"
            let names = "bucket=\(encoded(object.bucket))&key=\(encoded(object.key))"
            return "\(url)\(separator)\(names)&etag=\(encoded(etag.quoted))\(fragment)"
        }
    }

    case redirect(Target)
    /// 200, 201 or 204.
    case status(Int)

    init(_ form: UploadForm) {
        if let target = (form["success_action_redirect"] ?? form["redirect"]).flatMap({ Target($0) }) {
            self = .redirect(target)
            return
        }
        switch form["success_action_status"] {
        case "200": self = .status(200)
        case "201": self = .status(201)
        // Any other counts as none.
        default: self = .status(204)
        }
    }
}

private func encoded(_ text: String) -> String {
    String(decoding: PercentCoding.encode(text.utf8, keepingSlashes: false), as: UTF8.self)
}

internal import HTTP
internal import S3API
internal import S3Service

/// The page that stands in for an error where the site has none of its own.
enum ErrorPage {
    static func html(_ error: S3Error, requestID: RequestID, hostID: String) -> [UInt8] {
        let status = ResponseStatus(UInt16(error.status))
        let title = "\(error.status) \(status.reason)"
        var items = [("Code", error.code.rawValue), ("Message", error.message)]
        if let bucket = error.bucket { items.append(("BucketName", bucket)) }
        if let key = error.key { items.append(("Key", key)) }
        items += [("RequestId", requestID.description), ("HostId", hostID)]
        let list = items.map { "<li>\($0.0): \(escaped($0.1))</li>\n" }.joined()
        let page =
            "<html>\n<head><title>\(title)</title></head>\n<body>\n<h1>\(title)</h1>\n<ul>\n\(list)</ul>\n<hr/>\n</body>\n</html>\n"
        return Array(page.utf8)
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}

package import Base

/// One request as the log of its bucket tells of it.
package struct BucketLogRecord: Sendable {
    package var bucketOwner = ""
    package var bucket = ""
    package var time = Timestamp.epoch
    package var remote = ""
    /// `nil` for a request that nobody signed.
    package var requester: String?
    package var requestID = ""
    /// As in `REST.GET.OBJECT`.
    package var operation = ""
    package var key: String?
    package var method = ""
    /// Undecoded, with its query.
    package var target: [UInt8] = []
    package var httpVersion = "HTTP/1.1"
    package var status = 0
    package var errorCode: String?
    package var bytesSent: Int64 = 0
    package var objectSize: Int64?
    package var milliseconds: Int64 = 0
    package var referrer: String?
    package var userAgent: String?
    package var versionID: String?
    package var hostID = ""
    /// `SigV2` or `SigV4`.
    package var signatureVersion: String?
    /// `AuthHeader` or `QueryString`.
    package var authenticationType: String?
    package var host: String?
    /// Whether it is of something that a request did besides: then it has neither a request line nor times.
    package var isOfAction = false

    package init() {}

    /// A line of S3's server access log, with its line feed ("Amazon S3 server access log format" in the user guide): 26
    /// fields between spaces, `-` for what is not known or does not apply.
    ///
    /// What a client chose may not break out of its field: quotes, backslashes and whatever is not printable ASCII are
    /// written as `%XX`. Signatures and session tokens in the target are left out.
    package var line: [UInt8] {
        var fields = [
            bucketOwner, bucket, "[\(time.accessLogDate)]", remote, Self.word(requester), requestID,
            operation,
        ]
        fields.append(key.map { Self.text(PercentCoding.encode($0.utf8, keepingSlashes: true)) } ?? "-")
        let requestLine = "\"\(method) \(Self.quoted(Self.withoutSecrets(target))) \(httpVersion)\""
        fields.append(isOfAction ? "-" : requestLine)
        fields += ["\(status)", errorCode ?? "-", Self.number(bytesSent), objectSize.map { "\($0)" } ?? "-"]
        fields += [isOfAction ? "-" : "\(milliseconds)", "-"]
        fields += [referrer, userAgent].map { text in
            isOfAction ? "-" : "\"\(text.map { Self.quoted($0.utf8) } ?? "-")\""
        }
        fields += [Self.word(versionID), hostID, signatureVersion ?? "-", "-", authenticationType ?? "-"]
        // The host, the version of TLS, the access point and whether an access control list was needed.
        fields += [Self.word(host), "-", "-", "-"]
        return Array(fields.joined(separator: " ").utf8) + [UInt8(ascii: "\n")]
    }

    private static func number(_ count: Int64) -> String { count == 0 ? "-" : "\(count)" }

    private static func word(_ text: String?) -> String {
        guard let text, !text.isEmpty else { return "-" }
        return quoted(text.utf8).replacing(" ", with: "%20")
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// Spaces stay.
    private static func quoted(_ bytes: some Sequence<UInt8>) -> String {
        var quoted: [UInt8] = []
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), 0..<0x20, 0x7f...:
                quoted.append(UInt8(ascii: "%"))
                quoted += [byte].hexadecimal.uppercased().utf8
            default: quoted.append(byte)
            }
        }
        return text(quoted)
    }

    /// Whoever reads the log must not be able to send the request again.
    private static let secretParameters: Set<String> = [
        "x-amz-signature", "x-amz-security-token", "signature",
    ]

    private static func withoutSecrets(_ target: [UInt8]) -> [UInt8] {
        guard let mark = target.firstIndex(of: UInt8(ascii: "?")) else { return target }
        let items = target[(mark + 1)...].split(
            separator: UInt8(ascii: "&"),
            omittingEmptySubsequences: false
        )
        let kept = items.filter { item in
            let raw = item.prefix { $0 != UInt8(ascii: "=") }
            // A name may be written with escapes.
            let name = PercentCoding.decode(raw) ?? Array(raw)
            return !secretParameters.contains(text(name).lowercased())
        }
        return Array(target[..<mark]) + (kept.isEmpty ? [] : [UInt8(ascii: "?")])
            + Array(kept.joined(separator: [UInt8(ascii: "&")]))
    }
}

extension Timestamp {
    /// As in `06/Feb/2019:00:00:38 +0000`.
    fileprivate var accessLogDate: String {
        let date = CalendarDate(secondsSinceEpoch: seconds)
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return "\(twoDigits(date.day))/\(months[date.month - 1])/\(date.year):"
            + "\(twoDigits(date.hour)):\(twoDigits(date.minute)):\(twoDigits(date.second)) +0000"
    }
}

func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

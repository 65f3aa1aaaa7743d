internal import Base

/// Reads x-amz-date or Date: as in `20150830T123600Z`, or an HTTP date, whose zone some clients write as
/// `+0000`, and botocore, where it was given a Date to sign with, as `-0000`.
func requestTime(_ text: String) -> Timestamp? {
    if let time = Timestamp(iso8601Basic: text) { return time }
    guard text.hasSuffix(" +0000") || text.hasSuffix(" -0000") else { return Timestamp(httpDate: text) }
    return Timestamp(httpDate: "\(text.dropLast(6)) GMT")
}

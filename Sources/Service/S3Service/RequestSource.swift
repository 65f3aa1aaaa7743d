package import Bytes
package import S3API

/// A request's body as it comes from the client, aws-chunked framing and all. Reading its first byte tells a
/// client that waits for `100 Continue` to send it. For one task at a time.
package protocol RequestSource: ByteSource where Failure == S3Error {}

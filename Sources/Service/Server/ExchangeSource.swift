internal import Base
internal import Bytes
internal import HTTPServer
internal import S3API
internal import S3Service

/// The body of an exchange as operations read it. Confined to the exchange's task.
final class ExchangeSource: RequestSource {
    private let body: RequestBody
    private let time: any TimeSource
    /// When, in elapsed time, whoever reads has to be done; `nil` leaves it to the rate of the body.
    var deadline: Duration?

    init(_ body: RequestBody, time: any TimeSource) { (self.body, self.time) = (body, time) }

    func read(into buffer: UnsafeMutableRawBufferPointer) async throws(S3Error) -> Int {
        if let deadline, time.elapsed >= deadline { throw S3Error(.requestTimeout) }
        do {
            return try await body.read(into: buffer)
        } catch {
            throw S3Error(from: error)
        }
    }
}

extension S3Error {
    /// The one place where bodies that cannot be read become S3 errors. Mostly nobody is left to be told.
    init(from error: RequestBodyError) {
        switch error {
        case .disconnected(let received):
            self.init(.incompleteBody, "The connection ended after \(received) bytes of the body.")
        case .malformed: self.init(.invalidRequest, "The chunked transfer coding of the body is malformed.")
        case .tooSlow: self.init(.requestTimeout)
        case .tooLarge: self.init(.entityTooLarge)
        case .cancelled: self.init(.serviceUnavailable)
        }
    }
}

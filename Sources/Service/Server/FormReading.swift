internal import Base
internal import HTTPServer
internal import S3API
internal import S3Service

/// Reads the fields of forms for uploads. They come from anybody, as the signature is one of them: so many are read at
/// once, each for so long and so large at most.
struct FormReading: Sendable {
    private static let readersMax = 256
    private static let readingTimeMax = Duration.seconds(10)

    private let time: any TimeSource
    private let readers: RequestGate

    init(time: any TimeSource) {
        self.time = time
        readers = RequestGate(runningMax: Self.readersMax, patience: Self.readingTimeMax, time: time)
    }

    /// - Returns: the form, with its file still to be read.
    /// - Throws: what ``FormUpload`` throws; ``S3Error/Code-swift.enum/requestTimeout`` for fields that took too long.
    func read(_ exchange: Exchange) async throws(S3Error) -> FormUpload<ExchangeSource> {
        guard await readers.enter() else { throw S3Error(.slowDown) }
        defer { readers.leave() }
        let source = ExchangeSource(exchange.body, time: time)
        source.deadline = time.elapsed + Self.readingTimeMax
        let upload = try await FormUpload(source, head: exchange.head)
        source.deadline = nil
        return upload
    }
}

import Files

/// Asks other servers over HTTP/1.1, through libcurl.
///
/// Certificates are always verified. Redirects are answers like any other and are not followed; there are no cookies, no
/// stored credentials, no content codings, and every request has a connection of its own. Any number of tasks may use a
/// client at once.
package final class HTTPClient: Sendable {
    package static let userAgent = "Martlet"

    private let options: HTTPClientOptions
    private let lane: ThreadLane

    /// Starts the threads; they end with the client.
    package init(options: HTTPClientOptions = HTTPClientOptions()) {
        self.options = options
        lane = ThreadLane(
            name: "http-client",
            threadCount: options.threadCount,
            waitingMax: options.waitingMax
        )
    }

    /// Sends the request and reads the answer, whatever its status.
    ///
    /// Cancelling the task ends the transfer at once.
    package func send(_ request: OutgoingRequest) async throws(HTTPClientError) -> OutgoingResponse {
        if let header = request.headers.first(where: { !$0.isWellFormed }) {
            throw .malformedHeader(name: String(header.name.prefix(64)))
        }
        guard request.policy.allows(request.url.origin) else { throw .originNotAllowed(request.url.origin) }
        let options = options
        let deadline = ContinuousClock.now + options.timeout
        let stop = TransferStop()
        let result = await withTaskCancellationHandler {
            await lane.run { () -> Result<OutgoingResponse, HTTPClientError> in
                let transfer = Transfer(request, options: options, deadline: deadline, stop: stop)
                return Result { () throws(HTTPClientError) in try transfer.run() }
            }
        } onCancel: {
            stop.stop()
        }
        guard let result else { throw Task.isCancelled ? .cancelled : .busy }
        return try result.get()
    }
}

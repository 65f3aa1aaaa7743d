/// What answers requests.
package protocol ExchangeHandler: Sendable {
    /// Answers through `exchange.response` before it returns.
    ///
    /// Runs as a task of the connection's loop, so it must not block. Returning without a head is answered
    /// with 500, returning amid a body cuts the connection. The exchange is over on return: nothing of it may
    /// be used later or from a task of another loop.
    func handle(_ exchange: Exchange) async
}

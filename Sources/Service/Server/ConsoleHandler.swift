internal import HTTP
package import HTTPServer

/// The console's port: a page that says there is none yet.
package struct ConsoleHandler: ExchangeHandler {
    private static let page = """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><title>Martlet</title></head>
        <body><h1>Martlet</h1><p>The console is not built yet. The server is managed with S3 clients.</p></body></html>

        """

    package init() {}

    package func handle(_ exchange: Exchange) async {
        var head = ResponseHead(.ok)
        head.append(.server, Answers.serverName)
        head.append(.contentType, "text/html; charset=utf-8")
        head.append("Cache-Control", "no-store")
        switch exchange.head.method {
        case .get, .head: break
        case .put, .post, .delete, .options, .patch, .other: head.status = .methodNotAllowed
        }
        do {
            try await exchange.response.respond(head, bytes: Array(Self.page.utf8))
        } catch {
            // The browser is gone; there is nobody to tell.
        }
    }

    /// What the HTTP server answers by itself on this port.
    package static let rejection: RejectionAnswer = { rejection in
        var head = ResponseHead(rejection.status)
        head.append(.contentType, "text/plain")
        return (head, Array("The request was refused.\n".utf8))
    }
}

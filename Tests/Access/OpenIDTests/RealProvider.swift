import Foundation

/// The provider of PyPI's oidc-provider-mock (Authlib), for which a user logs in, where it is installed.
///
/// It runs until the value goes away, and changes its key whenever it is told to.
final class RealProvider: @unchecked Sendable {
    struct Failure: Error { let what: String }

    private static let python: String = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let path = root.appending(path: ".venv/bin/python").path
        return FileManager.default.isExecutableFile(atPath: path) ? path : "/usr/bin/python3"
    }()

    static let isInstalled: Bool = {
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = ["-c", "import oidc_provider_mock"]
        process.standardError = FileHandle.nullDevice
        // Why it does not run, does not matter to a skipped test.
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()
    static let absence = "python cannot import oidc_provider_mock (Scripts/setup --tests)"

    let issuer: String
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    init() throws {
        process.executableURL = URL(filePath: Self.python)
        process.arguments = ["-c", Self.script]
        process.environment = ProcessInfo.processInfo.environment.merging(["AUTHLIB_INSECURE_TRANSPORT": "1"])
        { $1 }
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        issuer = try Self.line(output)
    }

    deinit {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Logs the user in: an identity token for that client, and the access token beside it.
    func logIn(_ user: String, client: String) throws -> (identity: String, access: String) {
        try input.fileHandleForWriting.write(contentsOf: Data("login \(user) \(client)\n".utf8))
        return (try Self.line(output), try Self.line(output))
    }

    func changeKey() throws {
        try input.fileHandleForWriting.write(contentsOf: Data("rotate\n".utf8))
        _ = try Self.line(output)
    }

    private static func line(_ pipe: Pipe) throws -> String {
        var bytes: [UInt8] = []
        while let byte = try pipe.fileHandleForReading.read(upToCount: 1)?.first {
            guard byte != UInt8(ascii: "\n") else { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        throw Failure(what: "the provider ended")
    }

    /// The authorization code flow, over HTTP.
    private static let script = """
        import json, sys, threading, urllib.parse, urllib.request
        import werkzeug.serving
        import oidc_provider_mock
        from oidc_provider_mock import User
        from oidc_provider_mock import _app

        app = oidc_provider_mock.app(user_claims=[User(sub="ann", claims={"email": "ann@example.org", "policy": "readonly"})])
        rotation = threading.Event()

        @app.before_request
        def rotate():
            if rotation.is_set():
                rotation.clear()
                _app.storage.jwk = type(_app.storage.jwk).generate_key(is_private=True)

        server = werkzeug.serving.make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        issuer = f"http://127.0.0.1:{server.server_port}"

        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_):
                return None

        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), Stay)

        def ask(url, form=None):
            body = urllib.parse.urlencode(form).encode() if form else None
            try:
                return opener.open(url, body)
            except urllib.error.HTTPError as answer:
                return answer

        print(issuer, flush=True)
        for line in sys.stdin:
            words = line.split()
            if words[0] == "rotate":
                rotation.set()
                ask(issuer + "/jwks").read()
                print("rotated", flush=True)
                continue
            query = urllib.parse.urlencode({
                "client_id": words[2], "redirect_uri": "http://client.example/", "response_type": "code",
                "scope": "openid email profile",
            })
            answer = ask(f"{issuer}/oauth2/authorize?{query}", {"sub": words[1]})
            code = urllib.parse.parse_qs(urllib.parse.urlparse(answer.headers["Location"]).query)["code"][0]
            tokens = json.load(ask(issuer + "/oauth2/token", {
                "grant_type": "authorization_code", "code": code, "redirect_uri": "http://client.example/",
                "client_id": words[2], "client_secret": "any",
            }))
            print(tokens["id_token"], tokens["access_token"], sep="\\n", flush=True)
        """
}

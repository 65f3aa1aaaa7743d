import Foundation

/// Python's botocore as a second implementation, where it is installed.
enum Botocore {
    /// Why it is not, does not matter to a skipped test.
    static let isImportable = (try? run("import botocore.auth", input: "")) != nil

    struct Failure: Error {
        let status: Int32
        let output: String
    }

    /// Runs `script` with `input` as its standard input and answers its standard output.
    static func run(_ script: String, input: String) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        // What stays behind is the system's to clean.
        defer { try? FileManager.default.removeItem(at: folder) }
        let inputFile = folder.appending(path: "input")
        try Data(input.utf8).write(to: inputFile)
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script]
        process.standardInput = try FileHandle(forReadingFrom: inputFile)
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(status: process.terminationStatus, output: text)
        }
        return text
    }

    /// Signs the requests on standard input, a JSON object a line, at 2013-05-24T00:00:00Z.
    static let signingScript = """
        import datetime, io, json, sys
        from unittest import mock
        import botocore.auth, botocore.awsrequest, botocore.credentials, botocore.httpchecksum

        NOW = datetime.datetime(2013, 5, 24, tzinfo=datetime.timezone.utc)

        def signer(case):
            credentials = botocore.credentials.Credentials(
                "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", case.get("token"))
            return {
                "header": lambda: botocore.auth.S3SigV4Auth(credentials, "s3", "us-east-1"),
                "query": lambda: botocore.auth.S3SigV4QueryAuth(credentials, "s3", "us-east-1", expires=600),
                "version2-header": lambda: botocore.auth.HmacV1Auth(credentials),
                "version2-query": lambda: botocore.auth.HmacV1QueryAuth(credentials, expires=600),
            }[case["kind"]]()

        def sign(case):
            request = botocore.awsrequest.AWSRequest(
                method=case["method"], url="http://localhost:9000" + case["target"],
                data=case.get("body", "").encode(), headers=case.get("headers", {}),
                auth_path=case["target"].split("?")[0])
            request.headers["Host"] = "localhost:9000"
            signer(case).add_auth(request)
            return {"target": request.url[len("http://localhost:9000"):],
                    "headers": [[name, value] for name, value in request.headers.items()]}

        with mock.patch("botocore.auth.get_current_datetime", lambda *a, **k: NOW.replace(tzinfo=None)), \\
             mock.patch("botocore.auth.time.time", lambda: NOW.timestamp()), \\
             mock.patch("botocore.auth.formatdate", lambda usegmt=True: "Fri, 24 May 2013 00:00:00 GMT"):
            for line in sys.stdin:
                print(json.dumps(sign(json.loads(line))))
        """

    /// Frames standard input as unsigned chunks with a trailing checksum and prints that in base64.
    static let chunkingScript = """
        import base64, io, sys
        import botocore.httpchecksum as h

        body = h.AwsChunkedWrapper(
            io.BytesIO(sys.stdin.buffer.read()), checksum_cls=h.Sha256Checksum,
            checksum_name="x-amz-checksum-sha256", chunk_size=int(sys.argv[1]) if len(sys.argv) > 1 else 7)
        print(base64.b64encode(body.read()).decode())
        """
}

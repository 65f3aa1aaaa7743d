import TestSupport

extension Botocore {
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

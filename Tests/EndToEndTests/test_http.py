"""HTTP/1.1 as sent over a plain socket: order, limits, refusals, endings."""

from __future__ import annotations

import contextlib
import hashlib
import socket
import threading
import time

import pytest

import polling
import s3_clients
import signing
from martlet_process import CONNECTIONS_MAX, READ_HEADER_TIMEOUT
from payloads import KIB, MIB, SeededStream, seeded_bytes
from rawhttp import Connection, ConnectionEnded

HEALTH = [
    "/minio/health/live",
    "/minio/health/ready",
    "/minio/health/cluster",
    "/health",
    "/health/live",
    "/health/ready",
]


class TestOrder:
    def test_pipelined_requests_are_answered_in_order(self, endpoint, s3, bucket):
        bodies = {
            f"k{number}": seeded_bytes(number, size)
            for number, size in enumerate([10, 2 * MIB, 0, 300 * KIB, 5])
        }
        for key, body in bodies.items():
            s3.put_object(Bucket=bucket, Key=key, Body=body)
        with Connection(endpoint) as connection:
            connection.send(b"".join(signing.head(endpoint, "GET", f"/{bucket}/{key}") for key in bodies))
            for key, body in bodies.items():
                answer = connection.response()
                assert (answer.status, answer.body) == (200, body), key

    def test_pipelined_writes_and_reads_happen_in_order(self, endpoint, bucket):
        path = f"/{bucket}/object"
        with Connection(endpoint) as connection:
            for number in range(5):
                body = f"{number}".encode() * 100
                connection.send(
                    signing.head(endpoint, "PUT", path, headers={"content-length": f"{len(body)}"})
                    + body
                    + signing.head(endpoint, "GET", path)
                )
            for number in range(5):
                assert connection.response("PUT").status == 200
                assert connection.response().body == f"{number}".encode() * 100

    def test_a_head_has_no_body_and_the_connection_goes_on(self, endpoint, s3, bucket):
        s3.put_object(Bucket=bucket, Key="object", Body=b"12345")
        with Connection(endpoint) as connection:
            connection.send(
                signing.head(endpoint, "HEAD", f"/{bucket}/object")
                + signing.head(endpoint, "HEAD", f"/{bucket}/never")
                + signing.head(endpoint, "GET", f"/{bucket}/object")
            )
            answer = connection.response("HEAD")
            assert (answer.status, answer.headers["content-length"]) == (200, "5")
            assert connection.response("HEAD").status == 404
            assert connection.response().body == b"12345"

    def test_an_error_leaves_the_connection_usable(self, endpoint, s3, bucket):
        s3.put_object(Bucket=bucket, Key="object", Body=b"12345")
        with Connection(endpoint) as connection:
            for _ in range(3):
                connection.send(signing.head(endpoint, "GET", f"/{bucket}/never"))
                assert connection.response().error_code == "NoSuchKey"
                connection.send(signing.head(endpoint, "GET", f"/{bucket}/object"))
                assert connection.response().body == b"12345"

    def test_a_head_that_arrives_byte_by_byte(self, endpoint, s3, bucket):
        s3.put_object(Bucket=bucket, Key="object", Body=b"12345")
        with Connection(endpoint) as connection:
            for byte in signing.head(endpoint, "GET", f"/{bucket}/object"):
                connection.send(bytes([byte]))
            assert connection.response().body == b"12345"

    def test_connection_close_is_honoured(self, endpoint, s3, bucket):
        s3.put_object(Bucket=bucket, Key="object", Body=b"12345")
        with Connection(endpoint) as connection:
            connection.send(
                signing.head(endpoint, "GET", f"/{bucket}/object", headers={"connection": "close"})
            )
            assert connection.response().body == b"12345"
            assert connection.is_ended_within(5)

    def test_http_1_0_closes_after_the_answer(self, endpoint):
        with Connection(endpoint) as connection:
            connection.send(b"GET /minio/health/live HTTP/1.0\r\n\r\n")
            assert connection.response().status == 200
            assert connection.is_ended_within(5)

    def test_a_client_that_ends_its_side_still_gets_its_answer(self, endpoint, s3, bucket):
        body = seeded_bytes("half", 4 * MIB)
        s3.put_object(Bucket=bucket, Key="object", Body=body)
        with Connection(endpoint) as connection:
            connection.send(signing.head(endpoint, "GET", f"/{bucket}/object"))
            connection.end_sending()
            assert connection.response().body == body
            assert connection.is_ended_within(5)

    def test_a_chunked_upload(self, endpoint, s3, bucket):
        body = seeded_bytes("chunked", 100_000)
        pieces = [body[offset : offset + 7001] for offset in range(0, len(body), 7001)]
        encoded = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
        with Connection(endpoint) as connection:
            connection.send(
                signing.head(
                    endpoint,
                    "PUT",
                    f"/{bucket}/object",
                    headers={"transfer-encoding": "chunked", "x-amz-decoded-content-length": f"{len(body)}"},
                )
                + encoded
            )
            answer = connection.response("PUT")
        if answer.status == 200:
            assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == body
        else:
            assert (answer.error_code, answer.status) in {
                ("MissingContentLength", 411),
                ("NotImplemented", 501),
            }
            assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


class TestExpect:
    def test_continue_comes_before_the_body_is_sent(self, endpoint, s3, bucket):
        body = seeded_bytes("expect", 3 * MIB)
        with Connection(endpoint) as connection:
            connection.send(
                signing.head(
                    endpoint,
                    "PUT",
                    f"/{bucket}/object",
                    headers={"expect": "100-continue", "content-length": f"{len(body)}"},
                )
            )
            assert connection.response_head().status == 100
            connection.send(body)
            assert connection.response("PUT").status == 200
        assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == body

    @pytest.mark.parametrize("wrong", ["signature", "bucket", "anonymous"])
    def test_a_refusal_comes_instead_of_continue(self, endpoint, s3, bucket, wrong):
        headers = {"expect": "100-continue", "content-length": "1000000"}
        if wrong == "anonymous":
            lines = [
                f"PUT /{bucket}/object HTTP/1.1",
                f"host: {endpoint.netloc}",
                *(f"{k}: {v}" for k, v in headers.items()),
            ]
            head = ("\r\n".join(lines) + "\r\n\r\n").encode()
        else:
            path = f"/{bucket}{'-never' if wrong == 'bucket' else ''}/object"
            head = signing.head(
                endpoint, "PUT", path, headers=headers, secret_key="wrong" if wrong == "signature" else None
            )
        with Connection(endpoint) as connection:
            connection.send(head)
            answer = connection.response_head()
            expected = {"signature": 403, "anonymous": 403, "bucket": 404}[wrong]
            assert answer.status == expected, "no 100 before the refusal"
        assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


GOOD = "GET /minio/health/live HTTP/1.1\r\nHost: x\r\n"

MALFORMED = {
    "two different lengths": "PUT /b/k HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "a length list that differs": "PUT /b/k HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 2\r\n\r\n",
    "a length and a transfer coding": (
        "PUT /b/k HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
    "a negative length": "PUT /b/k HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "a signed length": "PUT /b/k HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\n",
    "a length in hexadecimal": "PUT /b/k HTTP/1.1\r\nHost: x\r\nContent-Length: 0x10\r\n\r\n",
    "a length past 64 bits": "PUT /b/k HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
    "an empty length": "PUT /b/k HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\n",
    "a bare carriage return in a value": GOOD + "X: a\rb\r\n\r\n",
    "a line feed alone in a value": GOOD + "X: a\n b\r\n\r\n",
    "a folded line": GOOD + "X: a\r\n b\r\n\r\n",
    "a folded first line": "GET /minio/health/live HTTP/1.1\r\n Host: x\r\n\r\n",
    "a space before the colon": GOOD + "X : a\r\n\r\n",
    "no colon": GOOD + "nonsense\r\n\r\n",
    "an empty name": GOOD + ": a\r\n\r\n",
    "a control character in a name": GOOD + "X\x01Y: a\r\n\r\n",
    "a zero byte in a value": GOOD + "X: a\x00b\r\n\r\n",
    "no host": "GET /minio/health/live HTTP/1.1\r\n\r\n",
    "two hosts": "GET /minio/health/live HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    "no version": "GET /minio/health/live\r\nHost: x\r\n\r\n",
    "an impossible version": "GET /minio/health/live HTTP/9.9x\r\nHost: x\r\n\r\n",
    "two spaces": "GET  /minio/health/live HTTP/1.1\r\nHost: x\r\n\r\n",
    "no target": "GET HTTP/1.1\r\nHost: x\r\n\r\n",
    "a target without a slash": "GET minio/health/live HTTP/1.1\r\nHost: x\r\n\r\n",
    "a method with a control character": "G\x01T /minio/health/live HTTP/1.1\r\nHost: x\r\n\r\n",
    "binary noise": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "an unknown transfer coding": "PUT /b/k HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
    "chunked that is not last": "PUT /b/k HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, gzip\r\n\r\n",
}


class TestRefusals:
    @pytest.mark.parametrize("name", MALFORMED)
    def test_a_malformed_head_is_answered_400_and_closed(self, endpoint, name):
        allowed = {400}
        if "transfer coding" in name or "chunked" in name:
            allowed |= {501}
        if "version" in name:
            allowed |= {505}
        with Connection(endpoint) as connection:
            connection.send(MALFORMED[name].encode("latin-1"))
            assert connection.response().status in allowed
            connection.send(GOOD.encode() + b"\r\n")
            assert connection.is_ended_within(10), "nothing after a malformed head is read as a request"
            assert b"HTTP/1.1 200" not in connection.buffer

    @pytest.mark.parametrize("path", ["/%zz", "/%", "/b/%e", "/b/%00", "/b/%ff%fe"])
    def test_a_path_that_is_no_text_is_refused(self, endpoint, path):
        with Connection(endpoint) as connection:
            connection.send(signing.head(endpoint, "GET", path))
            assert 400 <= connection.response().status < 500

    def test_equal_lengths_twice_are_no_smuggling(self, endpoint):
        with Connection(endpoint) as connection:
            connection.send(GOOD.encode() + b"Content-Length: 0\r\nContent-Length: 0\r\n\r\n")
            assert connection.response().status in (200, 400)

    def test_a_target_too_long_is_414(self, endpoint):
        with Connection(endpoint) as connection:
            connection.send(b"GET /" + b"a" * (1 << 20) + b" HTTP/1.1\r\nHost: x\r\n\r\n")
            assert connection.response().status == 414
            assert connection.is_ended_within(10)

    @pytest.mark.parametrize(
        "headers",
        ["X: " + "a" * (1 << 20) + "\r\n", "".join(f"X-{number}: 1\r\n" for number in range(20000))],
        ids=["one too large", "too many"],
    )
    def test_headers_too_large_are_431(self, endpoint, headers):
        with Connection(endpoint) as connection:
            connection.send(GOOD.encode() + headers.encode() + b"\r\n")
            assert connection.response().status == 431
            assert connection.is_ended_within(10)

    def test_an_upload_that_breaks_off_stores_nothing(self, endpoint, s3, bucket):
        s3.put_object(Bucket=bucket, Key="object", Body=b"before")
        for size in (100, 3 * MIB):
            with Connection(endpoint) as connection:
                connection.send(
                    signing.head(endpoint, "PUT", f"/{bucket}/object", headers={"content-length": f"{size}"})
                    + b"x" * (size - 1)
                )
                connection.end_sending()
                with contextlib.suppress(ConnectionEnded):
                    assert connection.response("PUT").status == 400
        assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == b"before"

    def test_a_reader_that_goes_away_costs_nothing(self, server, s3, bucket):
        s3.put_object(Bucket=bucket, Key="object", Body=seeded_bytes("gone", 8 * MIB))
        before = server.open_descriptor_count
        for _ in range(30):
            connection = Connection(server.endpoint)
            connection.send(signing.head(server.endpoint, "GET", f"/{bucket}/object"))
            connection.response_head()
            connection.close()
        polling.until(
            lambda: server.open_descriptor_count <= before + 5, 20, "the descriptors are given back"
        )


@pytest.mark.parametrize("path", HEALTH)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_health_is_told_to_anybody(endpoint, path, method):
    with Connection(endpoint) as connection:
        connection.send(f"{method} {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        answer = connection.response(method)
        assert answer.status == 200
        connection.send(f"{method} {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert connection.response(method).status == 200


def test_a_head_that_does_not_come_is_cut_off(start_server):
    server = start_server(drive_count=1, settings={READ_HEADER_TIMEOUT: "2s"})
    for begun in (b"", b"GET / HTTP/1.1\r\nHost: x\r\n"):
        with Connection(server.endpoint) as connection:
            connection.send(begun)
            started = time.monotonic()
            assert connection.is_ended_within(12)
            assert time.monotonic() - started > 1, "not before its time"
            assert b"200" not in connection.buffer[:20]
    with Connection(server.endpoint) as dripping:
        stop = threading.Event()

        def drip() -> None:
            dripping.send(b"GET / HTTP/1.1\r\nHost: x\r\nX: ")
            while not stop.wait(0.3):
                dripping.send(b"a")

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        assert dripping.is_ended_within(12), "a byte now and then does not buy more time"
        stop.set()
        thread.join()


def test_past_the_connection_cap_the_answer_is_503(start_server):
    server = start_server(drive_count=1, settings={CONNECTIONS_MAX: "20"})
    live = b"GET /minio/health/live HTTP/1.1\r\nHost: x\r\n\r\n"
    held: list[Connection] = []
    try:
        for _ in range(20):
            held.append(Connection(server.endpoint))
            held[-1].send(live)
            assert held[-1].response().status == 200
        with Connection(server.endpoint) as extra:
            extra.send(live)
            assert extra.response().status == 503
            assert extra.is_ended_within(5)
        held[0].send(live)
        assert held[0].response().status == 200, "who is in stays in"
        held.pop().close()

        def admitted() -> bool:
            with Connection(server.endpoint) as again:
                again.send(live)
                return again.response().status == 200

        polling.until(admitted, 10, "a place that was given back is given out again")
    finally:
        for connection in held:
            connection.close()


def test_a_stop_lets_a_running_download_finish(start_server):
    """The reader takes its time, so that the stop falls into the middle of the body."""
    server = start_server(drive_count=4, parity=2)
    s3 = s3_clients.client(server.endpoint)
    size = 64 * MIB
    s3.create_bucket(Bucket="draining")
    s3.upload_fileobj(SeededStream("drain", size), "draining", "object")
    expected = SeededStream("drain", size).sha256_hex()
    process = server.process
    with Connection(server.endpoint, seconds=30) as connection:
        connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 256 * KIB)
        connection.send(signing.head(server.endpoint, "GET", "/draining/object"))
        answer = connection.response_head()
        assert answer.headers["content-length"] == f"{size}"
        digest = hashlib.sha256(connection.read_exactly(MIB))
        process.terminate()
        polling.until(
            lambda: refuses_connections(server.endpoint), 10, "the stopping server takes no new connections"
        )
        assert process.poll() is None, "it ended before its download did"
        for _ in range(size // MIB - 1):
            digest.update(connection.read_exactly(MIB))
    assert digest.hexdigest() == expected
    server.stop()


def refuses_connections(endpoint) -> bool:
    try:
        with socket.create_connection((endpoint.host, endpoint.port), timeout=2) as probe:
            probe.sendall(b"GET /minio/health/ready HTTP/1.1\r\nHost: x\r\n\r\n")
            answer = probe.recv(100)
            return not answer or b" 503 " in answer
    except OSError:
        return True

"""aws-chunked bodies by hand: what minio-go and the SDKs of other languages send over plain HTTP."""

from __future__ import annotations

import base64
import datetime

import pytest
from awscrt import checksums

import signing
from martlet_process import Endpoint
from payloads import KIB, MIB, md5_hex, seeded_bytes
from rawhttp import Connection, ConnectionEnded, Response

SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
SIGNED_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
EVERY = [SIGNED, SIGNED_TRAILER, UNSIGNED_TRAILER]
TRAILER = "x-amz-checksum-crc32c"
EMPTY = signing.sha256_hex(b"")


def crc32c(body: bytes) -> str:
    return base64.b64encode(checksums.crc32c(body).to_bytes(4, "big")).decode()


def in_pieces(body: bytes, size: int) -> list[bytes]:
    """The body's chunks, and the empty one that ends it."""
    return [body[offset : offset + size] for offset in range(0, len(body), size)] + [b""]


class Upload:
    """One aws-chunked PUT of `object`: its head, its chunk frames and its trailer, to be bent by a test."""

    def __init__(
        self,
        endpoint: Endpoint,
        bucket: str,
        form: str,
        body: bytes,
        chunk_size: int,
        checksum: str | None = None,
    ) -> None:
        self.endpoint = endpoint
        pieces = in_pieces(body, chunk_size)
        trailer_line = f"{TRAILER}:{checksum or crc32c(body)}"
        signed = form != UNSIGNED_TRAILER
        frame = len(";chunk-signature=") + 64 if signed else 0
        length = sum(
            len(f"{len(piece):x}") + frame + 2 + (len(piece) + 2 if piece else 0) for piece in pieces
        )
        if form != SIGNED:
            length += len(trailer_line) + 2 + (len("x-amz-trailer-signature:") + 64 + 2 if signed else 0)
        headers = {
            "content-encoding": "aws-chunked",
            "content-length": f"{length + 2}",
            "x-amz-decoded-content-length": f"{len(body)}",
        }
        if form != SIGNED:
            headers["x-amz-trailer"] = TRAILER
        request = signing.sign(endpoint, "PUT", f"/{bucket}/object", headers=headers, payload=form)
        self.head = signing.head_bytes("PUT", f"/{bucket}/object", {}, request.headers)
        self.frames: list[bytes] = []
        previous = request.signature
        for piece in pieces:
            size = f"{len(piece):x}"
            if signed:
                previous = request.next_signature("PAYLOAD", previous, EMPTY, signing.sha256_hex(piece))
                size += f";chunk-signature={previous}"
            self.frames.append(size.encode() + b"\r\n" + (piece + b"\r\n" if piece else b""))
        self.trailer = b""
        if form != SIGNED:
            self.trailer = f"{trailer_line}\r\n".encode()
            if signed:
                last = request.next_signature(
                    "TRAILER", previous, signing.sha256_hex(f"{trailer_line}\n".encode())
                )
                self.trailer += f"x-amz-trailer-signature:{last}\r\n".encode()
        assert len(self.body) == length + 2

    @property
    def body(self) -> bytes:
        return b"".join(self.frames) + self.trailer + b"\r\n"

    def send(self, body: bytes | None = None) -> Response:
        with Connection(self.endpoint) as connection:
            connection.send(self.head + (self.body if body is None else body))
            connection.end_sending()
            return connection.response("PUT")


@pytest.mark.parametrize(
    "seed, signatures, trailer_signature",
    [
        (
            "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
            [
                "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
                "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
                "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
            ],
            None,
        ),
        (
            "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
            [
                "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
                "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
                "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
            ],
            "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435",
        ),
    ],
    ids=["without trailer", "with trailer"],
)
def test_the_signatures_are_those_of_the_published_examples(seed, signatures, trailer_signature):
    """Those the S3 documentation works out for uploads in several chunks."""
    key = signing.signing_key("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "20130524", "us-east-1")
    example = signing.Signed({}, seed, "20130524T000000Z", "20130524/us-east-1/s3/aws4_request", key)
    found, previous = [], seed
    for piece in (b"a" * 65536, b"a" * 1024, b""):
        previous = example.next_signature("PAYLOAD", previous, EMPTY, signing.sha256_hex(piece))
        found.append(previous)
    assert found == signatures
    if trailer_signature:
        line = signing.sha256_hex(b"x-amz-checksum-crc32c:sOO8/Q==\n")
        assert example.next_signature("TRAILER", previous, line) == trailer_signature


@pytest.mark.parametrize("form", EVERY)
@pytest.mark.parametrize(
    "size, chunk_size",
    [(0, 64 * KIB), (1, 64 * KIB), (64 * KIB, 64 * KIB), (200_000, 8 * KIB), (3 * MIB + 1, MIB), (100, 1)],
)
def test_what_is_sent_in_chunks_is_stored_whole(endpoint, s3, bucket, form, size, chunk_size):
    body = seeded_bytes("chunked", size)
    answer = Upload(endpoint, bucket, form, body, chunk_size).send()
    assert answer.status == 200, answer
    assert answer.headers["etag"] == f'"{md5_hex(body)}"'
    got = s3.get_object(Bucket=bucket, Key="object", ChecksumMode="ENABLED")
    assert got["Body"].read() == body
    assert got["ContentLength"] == size
    assert "aws-chunked" not in got.get("ContentEncoding", "")
    if form != SIGNED:
        assert got["ChecksumCRC32C"] == crc32c(body)


class TestRefusals:
    @pytest.fixture
    def untouched(self, s3, bucket):
        s3.put_object(Bucket=bucket, Key="object", Body=b"before")
        yield bucket
        assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == b"before"

    @pytest.mark.parametrize("form", [SIGNED, SIGNED_TRAILER])
    @pytest.mark.parametrize("index", [0, 2])
    def test_a_changed_chunk(self, endpoint, untouched, form, index):
        upload = Upload(endpoint, untouched, form, seeded_bytes("bent", 200_000), 64 * KIB)
        frame = bytearray(upload.frames[index])
        frame[-10] ^= 1
        upload.frames[index] = bytes(frame)
        answer = upload.send()
        assert (answer.error_code, answer.status) == ("SignatureDoesNotMatch", 403)

    @pytest.mark.parametrize("form", [SIGNED, SIGNED_TRAILER])
    def test_exchanged_chunks(self, endpoint, untouched, form):
        upload = Upload(endpoint, untouched, form, seeded_bytes("bent", 128 * KIB), 64 * KIB)
        upload.frames[0], upload.frames[1] = upload.frames[1], upload.frames[0]
        assert upload.send().error_code == "SignatureDoesNotMatch"

    def test_a_changed_trailer(self, endpoint, untouched):
        upload = Upload(endpoint, untouched, SIGNED_TRAILER, b"content", 64 * KIB)
        upload.trailer = upload.trailer.replace(crc32c(b"content").encode(), crc32c(b"other").encode())
        assert upload.send().error_code in (
            "SignatureDoesNotMatch",
            "BadDigest",
            "XAmzContentChecksumMismatch",
        )

    @pytest.mark.parametrize("form", [SIGNED_TRAILER, UNSIGNED_TRAILER])
    def test_a_trailing_checksum_that_does_not_fit(self, endpoint, untouched, form):
        answer = Upload(endpoint, untouched, form, b"content", 64 * KIB, checksum=crc32c(b"other")).send()
        assert answer.error_code in ("BadDigest", "XAmzContentChecksumMismatch")
        assert answer.status == 400

    @pytest.mark.parametrize("form", EVERY)
    @pytest.mark.parametrize("left", [1, 100, 65_000])
    def test_a_body_that_breaks_off(self, endpoint, untouched, form, left):
        upload = Upload(endpoint, untouched, form, seeded_bytes("short", 200_000), 64 * KIB)
        try:
            answer = upload.send(upload.body[:-left])
            assert (answer.error_code, answer.status) == ("IncompleteBody", 400)
        except ConnectionEnded:
            pass  # nobody is left to be answered

    @pytest.mark.parametrize("form", EVERY)
    @pytest.mark.parametrize(
        "frame",
        [b"zz\r\n", b"-5\r\n", b"fffffffffffffffffff\r\n", b"\r\n", b"5" * 10_000, b"10000;" + b"x" * 70_000],
    )
    def test_a_chunk_header_that_is_none(self, endpoint, untouched, form, frame):
        upload = Upload(endpoint, untouched, form, seeded_bytes("frame", 200_000), 64 * KIB)
        answer = upload.send((frame + upload.body)[: len(upload.body)])
        assert answer.status in (400, 403), answer

    @pytest.mark.parametrize("form", EVERY)
    @pytest.mark.parametrize("off", [-1, 1])
    def test_a_decoded_length_that_does_not_fit(self, endpoint, untouched, form, off):
        """The length is signed with the head, so the body is made for another one."""
        honest = Upload(endpoint, untouched, form, b"x" * 1000, 64 * KIB)
        other = Upload(endpoint, untouched, form, b"x" * (1000 + off), 64 * KIB)
        body = (other.body + b" ")[: len(honest.body)] if off < 0 else other.body[: len(honest.body)]
        answer = honest.send(body)
        assert answer.status in (400, 403), answer

    def test_a_head_from_long_ago(self, endpoint, untouched):
        answer = signing.request(
            endpoint,
            "PUT",
            f"/{untouched}/object",
            headers={"x-amz-decoded-content-length": "0"},
            payload=SIGNED,
            skew=datetime.timedelta(minutes=-20),
        )
        assert (answer.error_code, answer.status) == ("RequestTimeTooSkewed", 403)

"""Objects much larger than the server's memory."""

from __future__ import annotations

import hashlib
import socket
import threading

import pytest
from boto3.s3.transfer import TransferConfig

import s3_clients
import signing
from payloads import GIB, KIB, MIB, SeededStream, seeded_bytes, sha256_of
from rawhttp import Connection

RSS_MAX_MIB = 300
IN_PARTS = TransferConfig(
    multipart_threshold=64 * MIB,
    multipart_chunksize=64 * MIB,
    max_concurrency=4,
    preferred_transfer_client="classic",
)


@pytest.fixture
def large_server(start_server):
    return start_server(drive_count=4, parity=2)


def put_streamed(endpoint, bucket: str, key: str, stream: SeededStream) -> int:
    """One PUT with the whole stream as its body; returns the status."""
    with Connection(endpoint, seconds=120) as connection:
        connection.send(
            signing.head(endpoint, "PUT", f"/{bucket}/{key}", headers={"content-length": f"{len(stream)}"})
        )
        while block := stream.read(MIB):
            connection.socket.sendall(block)
        return connection.response("PUT").status


def check_large(server, size: int, single: bool) -> None:
    s3 = s3_clients.client(server.endpoint)
    s3.create_bucket(Bucket="large")
    if single:
        assert put_streamed(server.endpoint, "large", "object", SeededStream(size, size)) == 200
    else:
        s3.upload_fileobj(SeededStream(size, size), "large", "object", Config=IN_PARTS)
    head = s3.head_object(Bucket="large", Key="object")
    assert head["ContentLength"] == size
    digest, count = sha256_of(s3.get_object(Bucket="large", Key="object")["Body"])
    assert (digest, count) == (SeededStream(size, size).sha256_hex(), size)
    assert server.rss_max_mib < RSS_MAX_MIB, f"{server.rss_max_mib:.0f} MiB"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("single", [True, False], ids=["in one request", "in parts"])
def test_one_gib_up_and_down_in_little_memory(large_server, single):
    check_large(large_server, GIB, single)


@pytest.mark.timeout(600)
def test_half_a_gib_is_copied_in_little_memory(large_server):
    size = GIB // 2
    s3 = s3_clients.client(large_server.endpoint)
    s3.create_bucket(Bucket="large")
    assert put_streamed(large_server.endpoint, "large", "object", SeededStream(size, size)) == 200
    large_server.reset_rss_max()
    s3.copy_object(Bucket="large", Key="copy", CopySource="large/object")
    upload = s3.create_multipart_upload(Bucket="large", Key="parts")["UploadId"]
    done = []
    for number, (first, last) in enumerate([(0, size // 2), (size // 2 + 1, size - 1)], 1):
        part = s3.upload_part_copy(
            Bucket="large",
            Key="parts",
            UploadId=upload,
            PartNumber=number,
            CopySource="large/object",
            CopySourceRange=f"bytes={first}-{last}",
        )["CopyPartResult"]
        done.append({"PartNumber": number, "ETag": part["ETag"]})
    s3.complete_multipart_upload(
        Bucket="large", Key="parts", UploadId=upload, MultipartUpload={"Parts": done}
    )
    assert large_server.rss_max_mib < RSS_MAX_MIB, f"{large_server.rss_max_mib:.0f} MiB"
    for key in ("copy", "parts"):
        digest, count = sha256_of(s3.get_object(Bucket="large", Key=key)["Body"])
        assert (digest, count) == (SeededStream(size, size).sha256_hex(), size)


@pytest.mark.five_gib
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("single", [True, False], ids=["in one request", "in parts"])
def test_five_gib_up_and_down_in_little_memory(large_server, single):
    check_large(large_server, 5 * GIB, single)


@pytest.mark.parametrize("change", ["overwrite", "delete"])
def test_a_download_of_100_parts_outlives_a_change(server, s3, bucket, change):
    """Parts of 5 MiB; the reader has taken one MiB when the object changes."""
    part = bytearray(seeded_bytes("pinned", 5 * MIB))
    upload = s3.create_multipart_upload(Bucket=bucket, Key="object")["UploadId"]
    done: list[dict] = []
    expected = hashlib.sha256()
    for number in range(1, 101):
        part[:8] = number.to_bytes(8, "big")
        answer = s3.upload_part(
            Bucket=bucket, Key="object", UploadId=upload, PartNumber=number, Body=bytes(part)
        )
        done.append({"PartNumber": number, "ETag": answer["ETag"]})
        expected.update(part)
    s3.complete_multipart_upload(
        Bucket=bucket, Key="object", UploadId=upload, MultipartUpload={"Parts": done}
    )
    size = 100 * len(part)
    with Connection(server.endpoint, seconds=60) as connection:
        connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 256 * KIB)
        connection.send(signing.head(server.endpoint, "GET", f"/{bucket}/object"))
        assert connection.response_head().headers["content-length"] == f"{size}"
        digest = hashlib.sha256(connection.read_exactly(MIB))
        if change == "overwrite":
            s3.put_object(Bucket=bucket, Key="object", Body=b"new")
            assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == b"new"
        else:
            s3.delete_object(Bucket=bucket, Key="object")
            assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0
        for _ in range(size // MIB - 1):
            digest.update(connection.read_exactly(MIB))
    assert digest.hexdigest() == expected.hexdigest()


def test_many_transfers_at_once_stay_in_the_budget(large_server):
    """Twelve uploads and twelve downloads of 24 MiB at the same time."""
    s3 = s3_clients.client(large_server.endpoint)
    s3.create_bucket(Bucket="many")
    size = 24 * MIB
    for number in range(4):
        s3.put_object(Bucket="many", Key=f"down/{number}", Body=seeded_bytes(f"down {number}", size))
    failures: list[str] = []

    def up(number: int) -> None:
        body = seeded_bytes(f"up {number}", size)
        s3.put_object(Bucket="many", Key=f"up/{number}", Body=body)
        if s3.get_object(Bucket="many", Key=f"up/{number}")["Body"].read() != body:
            failures.append(f"up {number}")

    def down(number: int) -> None:
        if s3.get_object(Bucket="many", Key=f"down/{number % 4}")["Body"].read() != seeded_bytes(
            f"down {number % 4}", size
        ):
            failures.append(f"down {number}")

    def guarded(action, number: int) -> None:
        try:
            action(number)
        except Exception as error:
            failures.append(f"{action.__name__} {number}: {error}")

    threads = [
        threading.Thread(target=guarded, args=(action, number))
        for number in range(12)
        for action in (up, down)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert large_server.rss_max_mib < RSS_MAX_MIB, f"{large_server.rss_max_mib:.0f} MiB"

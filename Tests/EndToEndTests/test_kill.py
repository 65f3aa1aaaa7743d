"""kill -9 in the middle of uploads: what was acknowledged is there, what was not is whole or invisible."""

from __future__ import annotations

import concurrent.futures
import random
import threading
from pathlib import Path

import pytest
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

import polling
import s3_clients
from martlet_process import MartletProcess, close
from payloads import KIB, MIB, seeded_bytes

UPLOADS_AT_ONCE = 64
PART = 5 * MIB


class Ledger:
    """What was asked of each key since its last acknowledged write. A key has one writer at a time."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.acknowledged: dict[str, str] = {}
        self.pending: dict[str, list[str]] = {}
        self.count = 0

    def ask(self, key: str, seed: str) -> None:
        with self.lock:
            self.pending.setdefault(key, []).append(seed)

    def acknowledge(self, key: str) -> None:
        with self.lock:
            self.acknowledged[key] = self.pending.pop(key)[-1]
            self.count += 1


def body_of(seed: str) -> bytes:
    """A seed names its size: inline, one MiB, several blocks or multipart."""
    return seeded_bytes(seed, int(seed.split("-")[1]))


def write(client, ledger: Ledger, key: str, seed: str) -> None:
    body = body_of(seed)
    ledger.ask(key, seed)
    if len(body) <= PART:
        client.put_object(Bucket="killed", Key=key, Body=body)
    else:
        upload = client.create_multipart_upload(Bucket="killed", Key=key)["UploadId"]
        parts = []
        for number, offset in enumerate(range(0, len(body), PART), 1):
            answer = client.upload_part(
                Bucket="killed",
                Key=key,
                UploadId=upload,
                PartNumber=number,
                Body=body[offset : offset + PART],
            )
            parts.append({"PartNumber": number, "ETag": answer["ETag"]})
        client.complete_multipart_upload(
            Bucket="killed", Key=key, UploadId=upload, MultipartUpload={"Parts": parts}
        )
    ledger.acknowledge(key)


def uploader(client, ledger: Ledger, seed: int, number: int, ended: threading.Event) -> None:
    """Writes this uploader's own keys again and again until the server is gone; 503 is no reason to stop."""
    generator = random.Random(f"{seed} {number}")
    turn = 0
    while not ended.is_set():
        size = generator.choice(
            [0, 10, 1000, 100 * KIB, 100 * KIB, 300 * KIB, MIB, MIB, 2 * MIB + 1, 6 * MIB]
        )
        try:
            write(client, ledger, f"u{number}/{generator.randrange(4)}", f"{seed}.{number}.{turn}-{size}")
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != 503:
                raise
        except (BotoCoreError, ResponseParserError, OSError):
            return
        turn += 1


def check(server: MartletProcess, ledger: Ledger) -> None:
    client = s3_clients.client(server.endpoint)
    listed = {
        entry["Key"]: entry["Size"]
        for page in client.get_paginator("list_objects_v2").paginate(Bucket="killed")
        for entry in page.get("Contents", [])
    }
    for key in ledger.acknowledged.keys() | ledger.pending.keys():
        allowed = [ledger.acknowledged[key]] if key in ledger.acknowledged else []
        allowed += ledger.pending.get(key, [])
        try:
            body = client.get_object(Bucket="killed", Key=key)["Body"].read()
        except ClientError as error:
            assert error.response["Error"]["Code"] == "NoSuchKey", (key, error)
            assert key not in ledger.acknowledged, f"{key} was acknowledged and is lost"
            assert key not in listed, f"{key} is listed but cannot be read"
            continue
        assert body in [body_of(seed) for seed in allowed], f"{key} is neither the old nor the new object"
        assert listed.get(key) == len(body), f"{key} is listed with {listed.get(key)}, has {len(body)}"
    assert listed.keys() <= ledger.acknowledged.keys() | ledger.pending.keys()


def leftovers(server: MartletProcess) -> list[Path]:
    """Files and folders below .minio.sys/tmp, other than those being deleted in .trash."""
    found: list[Path] = []
    for drive in server.drives:
        folder = drive / ".minio.sys" / "tmp"
        found += [entry for entry in folder.iterdir() if entry.name != ".trash"] if folder.is_dir() else []
    return found


@pytest.mark.timeout(300)
def test_acknowledged_uploads_survive_a_kill(start_server, kill_seed):
    server = start_server(drive_count=4, parity=2)
    uploading = s3_clients.client(server.endpoint, max_pool_connections=UPLOADS_AT_ONCE)
    uploading.create_bucket(Bucket="killed")
    ledger, ended = Ledger(), threading.Event()
    enough = random.Random(kill_seed).randint(50, 250)
    with concurrent.futures.ThreadPoolExecutor(UPLOADS_AT_ONCE) as pool:
        running = [
            pool.submit(uploader, uploading, ledger, kill_seed, number, ended)
            for number in range(UPLOADS_AT_ONCE)
        ]
        try:
            polling.until(
                lambda: ledger.count >= enough, 90, f"{enough} uploads are acknowledged", interval=0.002
            )
            assert not any(task.done() for task in running), "an upload failed before the kill"
            server.kill()
        finally:
            ended.set()
    for task in running:
        task.result()
    server.start()
    polling.until(lambda: leftovers(server) == [], 10, "what was under way is purged behind the start")
    check(server, ledger)
    assert ledger.pending, "the kill fell into no upload"
    keys = sorted(ledger.pending)[:8]
    client = s3_clients.client(server.endpoint)
    for key in keys:
        client.put_object(Bucket="killed", Key=key, Body=b"after")
        assert client.get_object(Bucket="killed", Key=key)["Body"].read() == b"after"
    server.stop()
    server.judge()


def test_a_kill_while_idle_loses_nothing(start_server):
    server = start_server(drive_count=4, parity=2)
    client = s3_clients.client(server.endpoint)
    client.create_bucket(Bucket="killed")
    bodies = {f"k{size}": seeded_bytes(size, size) for size in (0, 1, 200 * KIB, 4 * MIB)}
    for key, body in bodies.items():
        client.put_object(Bucket="killed", Key=key, Body=body, Metadata={"size": f"{len(body)}"})
    client.delete_object(Bucket="killed", Key="k1")
    upload = client.create_multipart_upload(Bucket="killed", Key="pending")["UploadId"]
    part = client.upload_part(Bucket="killed", Key="pending", UploadId=upload, PartNumber=1, Body=b"part")
    server.kill()
    server.start()
    for key, body in bodies.items():
        if key != "k1":
            got = client.get_object(Bucket="killed", Key=key)
            assert (got["Body"].read(), got["Metadata"]) == (body, {"size": f"{len(body)}"})
    assert "k1" not in [entry["Key"] for entry in client.list_objects_v2(Bucket="killed")["Contents"]]
    client.complete_multipart_upload(
        Bucket="killed",
        Key="pending",
        UploadId=upload,
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]},
    )
    assert client.get_object(Bucket="killed", Key="pending")["Body"].read() == b"part"


def test_a_second_server_on_the_same_drives_is_refused(start_server):
    first = start_server(drive_count=4, parity=2)
    second = MartletProcess(drive_count=4, parity=2, judged=False)
    try:
        second.drives = first.drives
        second.start(ready=False)
        assert second.process.wait(20) == 1
        assert any(str(drive) in second.log_tail() for drive in first.drives)
        assert str(first.pid) in second.log_tail(), "the error names who holds the drive"
        second.process = None
        assert first.health_status("/minio/health/ready") == 200
    finally:
        if second.process is not None:
            second.kill()
        close(second)

"""rclone, Debian's."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import commands
from payloads import MIB, seeded_bytes
from trees import assert_same_tree, make_odd_tree


class Rclone:
    """`rclone` with a remote called `m:` in its environment. Its provider is one of those rclone knows."""

    def __init__(self, provider: str, endpoint, home: Path) -> None:
        self.environment = {
            "HOME": str(home),
            "RCLONE_CONFIG": str(home / "none"),
            "RCLONE_CONFIG_M_TYPE": "s3",
            "RCLONE_CONFIG_M_PROVIDER": provider,
            "RCLONE_CONFIG_M_ENDPOINT": endpoint.url,
            "RCLONE_CONFIG_M_ACCESS_KEY_ID": endpoint.access_key,
            "RCLONE_CONFIG_M_SECRET_ACCESS_KEY": endpoint.secret_key,
            "RCLONE_CONFIG_M_REGION": "us-east-1",
            "RCLONE_CONFIG_M_CHUNK_SIZE": "5M",
            "RCLONE_CONFIG_M_UPLOAD_CUTOFF": "5M",
            "RCLONE_RETRIES": "1",
            "RCLONE_LOW_LEVEL_RETRIES": "1",
        }

    def __call__(
        self, *arguments: str | Path, input: bytes | None = None, fails: bool = False
    ) -> commands.Finished:
        return commands.run(["rclone", *arguments], self.environment, input=input, fails=fails)


@pytest.fixture(params=["Minio", "Other"])
def rclone(request, endpoint, tmp_path) -> Rclone:
    if not shutil.which("rclone"):
        pytest.skip("rclone is not installed (Scripts/setup --tests)")
    home = tmp_path / "home"
    home.mkdir()
    return Rclone(request.param, endpoint, home)


def test_a_first_session(rclone, bucket_name, tmp_path):
    remote = f"m:{bucket_name}"
    rclone("mkdir", remote)
    assert bucket_name in rclone("lsd", "m:").output
    (tmp_path / "hello.txt").write_bytes(b"Hello!")
    rclone("copyto", tmp_path / "hello.txt", f"{remote}/folder/hello.txt")
    assert rclone("cat", f"{remote}/folder/hello.txt").raw == b"Hello!"
    assert rclone("ls", remote).output.split() == ["6", "folder/hello.txt"]
    entry = json.loads(rclone("lsjson", "--hash", f"{remote}/folder").output)[0]
    assert (entry["Name"], entry["Size"], entry["Hashes"]["md5"]) == (
        "hello.txt",
        6,
        "952d2c56d0485958336747bcdd98590d",
    )
    rclone("moveto", f"{remote}/folder/hello.txt", f"{remote}/moved.txt")
    rclone("deletefile", f"{remote}/moved.txt")
    rclone("rmdir", remote)
    assert bucket_name not in rclone("lsd", "m:").output


def test_a_folder_of_odd_names_both_ways(rclone, bucket, tmp_path):
    source = make_odd_tree(tmp_path / "source")
    rclone("sync", source, f"m:{bucket}/up")
    rclone("check", source, f"m:{bucket}/up")
    rclone("sync", f"m:{bucket}/up", tmp_path / "down")
    assert_same_tree(tmp_path / "down", source)
    (tmp_path / "down" / "plain.txt").unlink()
    rclone("sync", tmp_path / "down", f"m:{bucket}/up")
    assert "plain.txt" not in rclone("lsf", f"m:{bucket}/up").output.splitlines()
    rclone("purge", f"m:{bucket}/up")
    assert rclone("lsf", "-R", f"m:{bucket}").output == ""


def test_a_large_file_goes_up_in_parts(rclone, s3, bucket, tmp_path):
    body = seeded_bytes("rclone", 17 * MIB)
    (tmp_path / "large").write_bytes(body)
    rclone("copy", tmp_path / "large", f"m:{bucket}")
    assert s3.head_object(Bucket=bucket, Key="large")["ETag"].endswith('-4"')
    assert (
        rclone("cat", "--offset", f"{5 * MIB - 2}", "--count", "5", f"m:{bucket}/large").raw
        == body[5 * MIB - 2 : 5 * MIB + 3]
    )
    rclone("copyto", f"m:{bucket}/large", f"m:{bucket}/copy")
    assert rclone("cat", f"m:{bucket}/copy").raw == body


def test_a_stream_without_a_length(rclone, bucket):
    body = seeded_bytes("rcat", 6 * MIB)
    rclone("rcat", f"m:{bucket}/stream", input=body)
    assert rclone("cat", f"m:{bucket}/stream").raw == body


def test_modification_times_survive(rclone, bucket, tmp_path):
    rclone("touch", "--timestamp", "2020-01-02T03:04:05", f"m:{bucket}/touched")
    assert "2020-01-02 03:04:05" in rclone("lsl", f"m:{bucket}").output


def test_what_is_missing_is_told(rclone, bucket, tmp_path):
    assert "not found" in rclone("deletefile", f"m:{bucket}/never", fails=True).errors
    assert "directory not found" in rclone("ls", f"m:{bucket}-never", fails=True).errors


def test_access_control_lists(rclone, s3, bucket, tmp_path):
    (tmp_path / "file").write_bytes(b"text")
    # What its settings for MinIO often say goes into any bucket.
    rclone("copyto", "--s3-acl", "private", tmp_path / "file", f"m:{bucket}/closed")
    s3.put_bucket_ownership_controls(
        Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    )
    rclone("copyto", "--s3-acl", "public-read", tmp_path / "file", f"m:{bucket}/open")
    assert len(s3.get_object_acl(Bucket=bucket, Key="closed")["Grants"]) == 1
    assert len(s3.get_object_acl(Bucket=bucket, Key="open")["Grants"]) == 2

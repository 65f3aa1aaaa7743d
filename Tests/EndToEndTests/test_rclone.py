"""rclone, Debian's."""

from __future__ import annotations

import datetime
import json
import shutil
from pathlib import Path

import pytest

import commands
from payloads import MIB, seeded_bytes
from polling import until
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


def versioned(s3, bucket: str) -> str:
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return bucket


def test_versioning_is_told_and_set(rclone, s3, bucket):
    assert rclone("backend", "versioning", f"m:{bucket}").output.strip() == "Unversioned"
    for status in ("Enabled", "Suspended"):
        assert rclone("backend", "versioning", f"m:{bucket}", status).output.strip() == status
        assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == status


def test_old_versions_are_listed_read_and_removed(rclone, s3, bucket, tmp_path):
    remote = f"m:{versioned(s3, bucket)}"
    for body in (b"one", b"two"):
        rclone("rcat", f"{remote}/folder/key.txt", input=body)
    rclone("rcat", f"{remote}/folder/gone.txt", input=b"gone")
    rclone("deletefile", f"{remote}/folder/gone.txt")
    assert rclone("lsf", "-R", "--files-only", remote).output.splitlines() == ["folder/key.txt"]
    names = rclone("lsf", "-R", "--files-only", "--s3-versions", remote).output.splitlines()
    assert len(names) == 3 and "folder/key.txt" in names
    rclone("copy", "--s3-versions", remote, tmp_path / "all")
    bodies = {name: (tmp_path / "all" / name).read_bytes() for name in names}
    assert sorted(bodies.values()) == [b"gone", b"one", b"two"]
    assert bodies["folder/key.txt"] == b"two"
    for body in (b"one", b"two"):
        rclone("rcat", f"{remote}/top.txt", input=body)
    name, newest = sorted(rclone("lsf", "--files-only", "--s3-versions", remote).output.splitlines())
    assert rclone("cat", "--s3-versions", f"{remote}/{name}").raw == b"one"
    assert rclone("cat", "--s3-versions", f"{remote}/{newest}").raw == b"two"
    rclone("backend", "cleanup-hidden", f"{remote}/folder")
    names = rclone("lsf", "-R", "--files-only", "--s3-versions", f"{remote}/folder").output.splitlines()
    assert names == ["key.txt"]
    left = [entry["Key"] for entry in s3.list_object_versions(Bucket=bucket)["Versions"]]
    assert left == ["folder/key.txt", "top.txt", "top.txt"]
    assert rclone("cat", f"{remote}/folder/key.txt").raw == b"two"


def test_a_bucket_as_it_was_at_a_time(rclone, s3, bucket):
    remote = f"m:{versioned(s3, bucket)}"
    s3.put_object(Bucket=bucket, Key="key", Body=b"first")
    # Times of objects are told in whole seconds: none of the second version's is that of the first.
    at = s3.head_object(Bucket=bucket, Key="key")["LastModified"] + datetime.timedelta(seconds=1)

    def is_later() -> bool:
        s3.put_object(Bucket=bucket, Key="clock", Body=b"")
        return s3.head_object(Bucket=bucket, Key="clock")["LastModified"] > at

    until(is_later, seconds=10, what="a later second", interval=0.1)
    s3.put_object(Bucket=bucket, Key="key", Body=b"second")
    s3.delete_object(Bucket=bucket, Key="clock")
    assert rclone("cat", f"{remote}/key").raw == b"second"
    then = ["--s3-version-at", at.strftime("%Y-%m-%dT%H:%M:%SZ")]
    assert "key" in rclone("lsf", *then, remote).output.splitlines()
    assert rclone("cat", *then, f"{remote}/key").raw == b"first"
    assert rclone("lsf", "--s3-version-at", "2001-01-01", remote).output == ""


def test_unfinished_uploads_are_listed_and_cleaned_up(rclone, s3, bucket):
    uploads = {
        key: s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"] for key in ("a/one", "b two")
    }
    s3.upload_part(Bucket=bucket, Key="a/one", UploadId=uploads["a/one"], PartNumber=1, Body=b"a part")
    listed = json.loads(rclone("backend", "list-multipart-uploads", f"m:{bucket}").output)[bucket]
    assert {entry["Key"]: entry["UploadId"] for entry in listed} == uploads
    rclone("backend", "cleanup", f"m:{bucket}")
    assert len(s3.list_multipart_uploads(Bucket=bucket)["Uploads"]) == 2, "none is a day old"
    rclone("backend", "cleanup", "-o", "max-age=0", f"m:{bucket}/a")
    assert [entry["Key"] for entry in s3.list_multipart_uploads(Bucket=bucket)["Uploads"]] == ["b two"]
    rclone("backend", "cleanup", "-o", "max-age=0", f"m:{bucket}")
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


def test_a_public_object_is_read_by_everybody(rclone, s3, endpoint, bucket):
    s3.put_bucket_ownership_controls(
        Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    )
    rclone("rcat", "--s3-acl", "public-read", f"m:{bucket}/open", input=b"for all")
    rclone("rcat", f"m:{bucket}/closed", input=b"for me")
    curl = ["curl", "-sS", "--fail"]
    assert commands.run([*curl, f"{endpoint.url}/{bucket}/open"], {}).raw == b"for all"
    commands.run([*curl, f"{endpoint.url}/{bucket}/closed"], {}, fails=True)
    rclone("copyto", "--s3-acl", "public-read", f"m:{bucket}/closed", f"m:{bucket}/opened")
    assert commands.run([*curl, f"{endpoint.url}/{bucket}/opened"], {}).raw == b"for me"


def test_the_server_copies(rclone, s3, bucket, tmp_path):
    body = seeded_bytes("server-side", 12 * MIB)
    (tmp_path / "large").write_bytes(body)
    rclone("copyto", tmp_path / "large", f"m:{bucket}/from/large")
    for option, parts in ([], None), (["--s3-copy-cutoff", "5M"], 3):
        told = rclone("copy", "-v", *option, f"m:{bucket}/from", f"m:{bucket}/to-{parts}").errors
        assert "server-side copy" in told
        assert rclone("cat", f"m:{bucket}/to-{parts}/large").raw == body
        etag = s3.head_object(Bucket=bucket, Key=f"to-{parts}/large")["ETag"]
        assert parts is None or etag.endswith(f'-{parts}"')
    told = rclone("move", "-v", f"m:{bucket}/from", f"m:{bucket}/moved").errors
    assert "server-side copy" in told
    assert rclone("lsf", "-R", "--files-only", f"m:{bucket}").output.split() == [
        "moved/large",
        "to-3/large",
        "to-None/large",
    ]
    assert rclone("cat", f"m:{bucket}/moved/large").raw == body


@pytest.mark.parametrize("version", ["1", "2"])
def test_folders_are_listed_in_pages(rclone, s3, bucket, version):
    folders = ("a", "a-b", "b/c", "d")
    keys = [f"{folder}/{number:02}" for folder in folders for number in range(6)] + ["a", "top"]
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    paging = ["--s3-list-chunk", "3", "--s3-list-version", version]
    top = rclone("lsf", *paging, f"m:{bucket}").output.split()
    assert sorted(top) == ["a", "a-b/", "a/", "b/", "d/", "top"]
    assert rclone("lsf", *paging, f"m:{bucket}/a-b").output.split() == [f"{n:02}" for n in range(6)]
    folders = rclone("lsf", *paging, "-R", "--dirs-only", f"m:{bucket}").output.split()
    assert sorted(folders) == ["a-b/", "a/", "b/", "b/c/", "d/"]
    every = rclone("lsf", *paging, "-R", "--files-only", "--fast-list", f"m:{bucket}").output.split()
    assert sorted(every) == sorted(keys)
    assert json.loads(rclone("size", "--json", *paging, f"m:{bucket}").output)["count"] == len(keys)
    assert rclone("cat", f"m:{bucket}/b/c/03").raw == b"b/c/03"


def test_links_and_storage_classes(rclone, s3, bucket):
    rclone("rcat", "--s3-storage-class", "REDUCED_REDUNDANCY", f"m:{bucket}/sp ace", input=b"linked")
    assert s3.head_object(Bucket=bucket, Key="sp ace")["StorageClass"] == "REDUCED_REDUNDANCY"
    url = rclone("link", "--expire", "60s", f"m:{bucket}/sp ace").output.strip()
    assert commands.run(["curl", "-sS", "--fail", url], {}).raw == b"linked"
    rclone("settier", "STANDARD", f"m:{bucket}/sp ace")
    assert "StorageClass" not in s3.head_object(Bucket=bucket, Key="sp ace")
    assert rclone("cat", f"m:{bucket}/sp ace").raw == b"linked"


def test_metadata_is_copied(rclone, s3, bucket, tmp_path):
    s3.put_object(
        Bucket=bucket, Key="from", Body=b"text", ContentType="text/x", Metadata={"colour": "blue"}
    )
    rclone("copyto", "-M", f"m:{bucket}/from", tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == b"text"
    rclone("copyto", "-M", f"m:{bucket}/from", f"m:{bucket}/to")
    head = s3.head_object(Bucket=bucket, Key="to")
    assert (head["ContentType"], head["Metadata"]["colour"]) == ("text/x", "blue")
    assert rclone("cat", f"m:{bucket}/to").raw == b"text"

"""s3cmd, from PyPI and, where installed, Debian's."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

import commands
from payloads import MIB, seeded_bytes
from trees import assert_same_tree, make_odd_tree

PROGRAMS = {
    "from PyPI": [sys.executable, Path(sys.executable).parent / "s3cmd"],
    "from Debian": ["/usr/bin/s3cmd"],
}


class S3cmd:
    def __init__(self, program: list[str | Path], endpoint, home: Path) -> None:
        self.program, self.home = program, home
        (home / ".s3cfg").write_text(
            "\n".join(
                [
                    "[default]",
                    f"access_key = {endpoint.access_key}",
                    f"secret_key = {endpoint.secret_key}",
                    f"host_base = {endpoint.netloc}",
                    f"host_bucket = {endpoint.netloc}",
                    "use_https = False",
                    "bucket_location = us-east-1",
                    "signature_v2 = False",
                    "multipart_chunk_size_mb = 5",
                    "max_retries = 1",
                    "",
                ]
            )
        )

    def __call__(self, *arguments: str | Path, fails: bool = False) -> commands.Finished:
        return commands.run(
            [*self.program, "-c", self.home / ".s3cfg", "--no-progress", *arguments],
            {"HOME": str(self.home)},
            fails=fails,
        )


@pytest.fixture(params=PROGRAMS)
def s3cmd(request, endpoint, tmp_path) -> S3cmd:
    program = PROGRAMS[request.param]
    if not os.access(program[-1], os.X_OK):
        pytest.skip(f"{program[-1]} is not installed (Scripts/setup --tests)")
    home = tmp_path / "home"
    home.mkdir()
    return S3cmd(program, endpoint, home)


def test_a_first_session(s3cmd, bucket_name, tmp_path):
    url = f"s3://{bucket_name}"
    s3cmd("mb", url)
    assert url in s3cmd("ls").output
    (tmp_path / "hello.txt").write_bytes(b"Hello!")
    s3cmd("put", tmp_path / "hello.txt", f"{url}/folder/hello.txt")
    assert f"{url}/folder/hello.txt" in s3cmd("ls", "--recursive", url).output
    assert "DIR" in s3cmd("ls", url).output
    assert "6" in s3cmd("du", url).output
    info = s3cmd("info", f"{url}/folder/hello.txt").output
    assert "File size: 6" in info
    s3cmd("get", f"{url}/folder/hello.txt", tmp_path / "back.txt")
    assert (tmp_path / "back.txt").read_bytes() == b"Hello!"
    s3cmd("cp", f"{url}/folder/hello.txt", f"{url}/copy.txt")
    s3cmd("mv", f"{url}/copy.txt", f"{url}/moved.txt")
    assert "BucketNotEmpty" in s3cmd("rb", url, fails=True).errors
    s3cmd("del", f"{url}/moved.txt")
    s3cmd("del", "--recursive", "--force", url)
    assert s3cmd("ls", "--recursive", url).output == ""
    s3cmd("rb", url)
    assert url not in s3cmd("ls").output.split()


def test_a_large_file_goes_up_in_parts(s3cmd, s3, bucket, tmp_path):
    body = seeded_bytes("s3cmd", 12 * MIB + 1)
    (tmp_path / "large").write_bytes(body)
    s3cmd("put", tmp_path / "large", f"s3://{bucket}/large")
    assert s3.head_object(Bucket=bucket, Key="large")["ETag"].endswith('-3"')
    s3cmd("get", f"s3://{bucket}/large", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == body


def test_a_folder_of_odd_names_both_ways(s3cmd, bucket, tmp_path):
    source = make_odd_tree(tmp_path / "source")
    s3cmd("sync", f"{source}/", f"s3://{bucket}/up/")
    (tmp_path / "down").mkdir()
    s3cmd("sync", f"s3://{bucket}/up/", f"{tmp_path / 'down'}/")
    assert_same_tree(tmp_path / "down", source)
    assert "upload:" not in s3cmd("sync", f"{source}/", f"s3://{bucket}/up/").output, "nothing is left to do"


def test_what_is_missing_is_told(s3cmd, bucket, bucket_name, tmp_path):
    assert "does not exist" in s3cmd("get", f"s3://{bucket}/never", tmp_path / "x", fails=True).errors
    assert "NoSuchBucket" in s3cmd("ls", f"s3://{bucket_name}-never", fails=True).errors


def test_access_control_lists(s3cmd, s3, endpoint, bucket, tmp_path):
    s3.put_bucket_ownership_controls(
        Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    )
    (tmp_path / "file").write_bytes(b"text")
    s3cmd("put", "--acl-public", tmp_path / "file", f"s3://{bucket}/open")
    s3cmd("put", tmp_path / "file", f"s3://{bucket}/closed")
    assert "anon" in s3cmd("info", f"s3://{bucket}/open").output
    assert "anon" not in s3cmd("info", f"s3://{bucket}/closed").output
    s3cmd("setacl", "--acl-private", f"s3://{bucket}/open")
    s3cmd("setacl", "--acl-public", f"s3://{bucket}/closed")
    assert "anon" not in s3cmd("info", f"s3://{bucket}/open").output
    assert "anon" in s3cmd("info", f"s3://{bucket}/closed").output

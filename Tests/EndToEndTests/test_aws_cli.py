"""The AWS command line, both versions: what its users try first."""

from __future__ import annotations

import pytest

import aws_cli
import commands
from payloads import MIB, md5_hex, seeded_bytes
from trees import assert_same_tree, make_odd_tree

@pytest.fixture(params=aws_cli.PROGRAMS)
def aws(request, endpoint, tmp_path) -> aws_cli.AWS:
    return aws_cli.installed(request.param, endpoint, tmp_path)


def test_a_first_session(aws, bucket_name, tmp_path):
    url = f"s3://{bucket_name}"
    assert "make_bucket" in aws("s3", "mb", url).output
    assert bucket_name in aws("s3", "ls").output
    file = tmp_path / "hello.txt"
    file.write_bytes(b"Hello!")
    aws("s3", "cp", file, f"{url}/folder/hello.txt")
    listing = aws("s3", "ls", f"{url}/").output
    assert "PRE folder/" in listing
    assert aws("s3", "ls", f"{url}/folder/").output.split()[2:] == ["6", "hello.txt"]
    assert "folder/hello.txt" in aws("s3", "ls", "--recursive", "--summarize", url).output
    aws("s3", "cp", f"{url}/folder/hello.txt", tmp_path / "back.txt")
    assert (tmp_path / "back.txt").read_bytes() == b"Hello!"
    aws("s3", "cp", f"{url}/folder/hello.txt", f"{url}/copy.txt")
    aws("s3", "mv", f"{url}/copy.txt", f"{url}/moved.txt")
    assert aws("s3", "cp", f"{url}/moved.txt", "-").raw == b"Hello!"
    assert "BucketNotEmpty" in aws("s3", "rb", url, fails=True).errors
    aws("s3", "rm", f"{url}/moved.txt")
    aws("s3", "rm", "--recursive", url)
    assert "Contents" not in aws.json("list-objects-v2", "--bucket", bucket_name)
    aws("s3", "rb", url)
    assert bucket_name not in aws("s3", "ls").output


@pytest.mark.parametrize("size", [0, 11, 6 * MIB])
def test_standard_input_and_output(aws, bucket, size):
    body = seeded_bytes("stdin", size)
    aws("s3", "cp", "-", f"s3://{bucket}/stream", input=body)
    assert aws("s3", "cp", f"s3://{bucket}/stream", "-").raw == body


def test_a_folder_of_odd_names_both_ways(aws, bucket, tmp_path):
    source = make_odd_tree(tmp_path / "source")
    aws("s3", "sync", source, f"s3://{bucket}/up", "--only-show-errors")
    aws("s3", "sync", f"s3://{bucket}/up", tmp_path / "down", "--only-show-errors")
    assert_same_tree(tmp_path / "down", source)
    assert aws("s3", "sync", source, f"s3://{bucket}/up").output == "", "nothing is left to do"
    (source / "plain.txt").unlink()
    assert "delete" in aws("s3", "sync", "--delete", source, f"s3://{bucket}/up").output
    aws("s3", "sync", f"s3://{bucket}/up", f"s3://{bucket}/copied", "--only-show-errors")
    aws("s3", "sync", f"s3://{bucket}/copied", tmp_path / "third", "--only-show-errors")
    assert_same_tree(tmp_path / "third", source)
    aws("s3", "rm", "--recursive", f"s3://{bucket}", "--only-show-errors")
    assert "Contents" not in aws.json("list-objects-v2", "--bucket", bucket)


def test_a_large_file_goes_up_in_parts(aws, bucket, tmp_path):
    body = seeded_bytes("parts", 20 * MIB)
    (tmp_path / "large").write_bytes(body)
    aws("s3", "cp", tmp_path / "large", f"s3://{bucket}/large", "--only-show-errors")
    assert aws.json("head-object", "--bucket", bucket, "--key", "large")["ETag"].endswith('-4"')
    aws("s3", "cp", f"s3://{bucket}/large", tmp_path / "back", "--only-show-errors")
    assert (tmp_path / "back").read_bytes() == body


def test_a_presigned_address_works_in_curl(aws, bucket):
    aws("s3", "cp", "-", f"s3://{bucket}/sp ace+ü", input=b"presigned")
    url = aws("s3", "presign", f"s3://{bucket}/sp ace+ü", "--expires-in", "60").output.strip()
    assert commands.run(["curl", "-sS", "--fail", url], {}).raw == b"presigned"
    commands.run(["curl", "-sS", "--fail", url.replace("ace", "ade")], {}, fails=True)


def test_single_calls(aws, bucket, tmp_path):
    body = tmp_path / "body"
    body.write_bytes(b"0123456789")
    put = aws.json(
        "put-object",
        "--bucket",
        bucket,
        "--key",
        "o",
        "--body",
        body,
        "--metadata",
        "colour=blue",
        "--content-type",
        "text/x",
    )
    assert put["ETag"] == f'"{md5_hex(b"0123456789")}"'
    head = aws.json("head-object", "--bucket", bucket, "--key", "o")
    assert (head["ContentLength"], head["Metadata"], head["ContentType"]) == (
        10,
        {"colour": "blue"},
        "text/x",
    )
    got = aws.json("get-object", "--bucket", bucket, "--key", "o", "--range", "bytes=2-5", tmp_path / "range")
    assert got["ContentRange"] == "bytes 2-5/10"
    assert (tmp_path / "range").read_bytes() == b"2345"
    aws.json("copy-object", "--bucket", bucket, "--key", "c", "--copy-source", f"{bucket}/o")
    aws.json("get-object", "--bucket", bucket, "--key", "c", tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b"0123456789"
    aws("s3api", "delete-object", "--bucket", bucket, "--key", "o")
    deleted = aws.json(
        "delete-objects", "--bucket", bucket, "--delete", '{"Objects":[{"Key":"c"},{"Key":"never"}]}'
    )
    assert sorted(entry["Key"] for entry in deleted["Deleted"]) == ["c", "never"]


def test_listing_in_pages(aws, s3, bucket):
    keys = [f"k{number:02}" for number in range(23)]
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    for call in ("list-objects-v2", "list-objects"):
        listed = aws.json(call, "--bucket", bucket, "--page-size", "5")
        assert [entry["Key"] for entry in listed["Contents"]] == keys
    first = aws.json("list-objects-v2", "--bucket", bucket, "--max-items", "7")
    rest = aws.json("list-objects-v2", "--bucket", bucket, "--starting-token", first["NextToken"])
    assert [entry["Key"] for entry in first["Contents"] + rest["Contents"]] == keys


def test_what_is_missing_is_told(aws, bucket, bucket_name, tmp_path):
    assert "404" in aws("s3", "cp", f"s3://{bucket}/never", tmp_path / "x", fails=True).errors
    assert (
        "NoSuchKey"
        in aws("s3api", "get-object", "--bucket", bucket, "--key", "never", tmp_path / "x", fails=True).errors
    )
    assert "NoSuchBucket" in aws("s3", "ls", f"s3://{bucket_name}-never/", fails=True).errors
    assert "404" in aws("s3api", "head-bucket", "--bucket", f"{bucket_name}-never", fails=True).errors


def test_bad_credentials_are_told(aws, bucket):
    wrong = aws("s3", "ls", f"s3://{bucket}", environment={"AWS_SECRET_ACCESS_KEY": "wrong"}, fails=True)
    assert "SignatureDoesNotMatch" in wrong.errors
    unknown = aws("s3", "ls", f"s3://{bucket}", environment={"AWS_ACCESS_KEY_ID": "nobody"}, fails=True)
    assert "InvalidAccessKeyId" in unknown.errors
    assert "AccessDenied" in aws("--no-sign-request", "s3", "ls", f"s3://{bucket}", fails=True).errors


def test_access_control_lists(aws, s3, bucket):
    s3.put_bucket_ownership_controls(
        Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    )
    s3.put_object(Bucket=bucket, Key="key", Body=b"text")
    owner = aws.json("get-bucket-acl", "--bucket", bucket)["Owner"]["ID"]
    everybody = "uri=http://acs.amazonaws.com/groups/global/AllUsers"
    grants = ["--grant-read", everybody, "--grant-full-control", f"id={owner}"]
    aws("s3api", "put-object-acl", "--bucket", bucket, "--key", "key", *grants)
    found = aws.json("get-object-acl", "--bucket", bucket, "--key", "key")["Grants"]
    assert {grant["Permission"] for grant in found} == {"READ", "FULL_CONTROL"}
    aws("s3api", "put-object-acl", "--bucket", bucket, "--key", "key", "--acl", "private")
    found = aws.json("get-object-acl", "--bucket", bucket, "--key", "key")["Grants"]
    assert [grant["Permission"] for grant in found] == ["FULL_CONTROL"]

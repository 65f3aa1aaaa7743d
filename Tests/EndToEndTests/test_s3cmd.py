"""s3cmd, from PyPI and, where installed, Debian's."""

from __future__ import annotations

import datetime
import json
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

    def needs(self, command: str) -> None:
        """Skips the test where this version has no such command."""
        if f"s3cmd {command} " not in self("--help").output:
            pytest.skip(f"this s3cmd does not know {command}")


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


def curl(*arguments: str, fails: bool = False) -> commands.Finished:
    return commands.run(["curl", "-sS", "--fail", *arguments], {}, fails=fails)


def put(s3cmd, tmp_path, url: str, body: bytes, *options: str) -> None:
    (tmp_path / "body").write_bytes(body)
    s3cmd("put", *options, tmp_path / "body", url)


def read(s3cmd, tmp_path, url: str) -> bytes:
    s3cmd("get", "--force", url, tmp_path / "read")
    return (tmp_path / "read").read_bytes()


def turn_lists_on(s3, bucket: str) -> None:
    s3.put_bucket_ownership_controls(
        Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    )


def test_versioning_is_turned_on_and_off(s3cmd, s3, bucket, tmp_path):
    s3cmd.needs("setversioning")
    s3cmd("setversioning", f"s3://{bucket}", "enable")
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    for body in (b"one", b"two"):
        put(s3cmd, tmp_path, f"s3://{bucket}/key", body)
    s3cmd("del", f"s3://{bucket}/key")
    assert s3cmd("ls", f"s3://{bucket}").output == ""
    listed = s3.list_object_versions(Bucket=bucket)
    assert len(listed["DeleteMarkers"]) == 1
    bodies = [
        s3.get_object(Bucket=bucket, Key="key", VersionId=entry["VersionId"])["Body"].read()
        for entry in listed["Versions"]
    ]
    assert bodies == [b"two", b"one"]
    assert "BucketNotEmpty" in s3cmd("rb", f"s3://{bucket}", fails=True).errors
    s3cmd("setversioning", f"s3://{bucket}", "disable")
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Suspended"


def test_locks(s3cmd, s3, bucket_name, tmp_path):
    s3cmd.needs("setobjectlegalhold")
    s3.create_bucket(Bucket=bucket_name, ObjectLockEnabledForBucket=True)
    url = f"s3://{bucket_name}/key"
    put(s3cmd, tmp_path, url, b"kept")
    version = s3.head_object(Bucket=bucket_name, Key="key")["VersionId"]
    s3cmd("setobjectlegalhold", "ON", url)
    assert s3.get_object_legal_hold(Bucket=bucket_name, Key="key")["LegalHold"]["Status"] == "ON"
    s3cmd("setobjectlegalhold", "OFF", url)
    day = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=2)
    # This command of 2.4.0 ends with 1 whatever the answer was.
    s3cmd("setobjectretention", "GOVERNANCE", day.strftime("%Y-%m-%dT%H:%M:%SZ"), url, fails=True)
    found = s3.get_object_retention(Bucket=bucket_name, Key="key")["Retention"]
    assert (found["Mode"], found["RetainUntilDate"]) == ("GOVERNANCE", day.replace(microsecond=0))
    s3cmd("del", url)
    body = s3.get_object(Bucket=bucket_name, Key="key", VersionId=version)["Body"].read()
    assert body == b"kept"


def test_tags_of_objects_and_buckets(s3cmd, s3, bucket, tmp_path):
    s3cmd.needs("settagging")
    put(s3cmd, tmp_path, f"s3://{bucket}/key", b"text")
    for url, found in (
        (f"s3://{bucket}/key", lambda: s3.get_object_tagging(Bucket=bucket, Key="key")["TagSet"]),
        (f"s3://{bucket}", lambda: s3.get_bucket_tagging(Bucket=bucket)["TagSet"]),
    ):
        s3cmd("settagging", url, "colour=blue&shape=round")
        tags = {tag["Key"]: tag["Value"] for tag in found()}
        assert tags == {"colour": "blue", "shape": "round"}
        told = s3cmd("gettagging", url).output
        assert "colour" in told and "blue" in told and "round" in told
        s3cmd("deltagging", url)
        assert "blue" not in s3cmd("info", url).output
    assert s3.get_object_tagging(Bucket=bucket, Key="key")["TagSet"] == []
    assert read(s3cmd, tmp_path, f"s3://{bucket}/key") == b"text"


def test_lists_of_everything_below_a_prefix(s3cmd, s3, endpoint, bucket, tmp_path):
    turn_lists_on(s3, bucket)
    for key in ("open/a", "open/b", "closed"):
        put(s3cmd, tmp_path, f"s3://{bucket}/{key}", key.encode())
    curl(f"{endpoint.url}/{bucket}/open/a", fails=True)
    s3cmd("setacl", "--acl-public", "--recursive", f"s3://{bucket}/open/")
    for key in ("open/a", "open/b"):
        assert curl(f"{endpoint.url}/{bucket}/{key}").raw == key.encode()
    curl(f"{endpoint.url}/{bucket}/closed", fails=True)
    s3cmd("setacl", "--acl-private", "--recursive", f"s3://{bucket}/open/")
    curl(f"{endpoint.url}/{bucket}/open/a", fails=True)


def test_ownership_and_blocks(s3cmd, s3, endpoint, bucket, tmp_path):
    s3cmd.needs("setownership")
    put(s3cmd, tmp_path, f"s3://{bucket}/key", b"text")
    refused = s3cmd("setacl", "--acl-public", f"s3://{bucket}/key", fails=True)
    assert "AccessControlListNotSupported" in refused.errors
    s3cmd("setownership", f"s3://{bucket}", "ObjectWriter")
    assert "ObjectWriter" in s3cmd("info", f"s3://{bucket}").output
    s3cmd("setacl", "--acl-public", f"s3://{bucket}/key")
    assert curl(f"{endpoint.url}/{bucket}/key").raw == b"text"
    s3cmd("setblockpublicaccess", f"s3://{bucket}", "BlockPublicAcls,IgnorePublicAcls")
    block = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert [name for name, isOn in sorted(block.items()) if isOn] == ["BlockPublicAcls", "IgnorePublicAcls"]
    curl(f"{endpoint.url}/{bucket}/key", fails=True)
    put(s3cmd, tmp_path, f"s3://{bucket}/other", b"text")
    assert "AccessDenied" in s3cmd("setacl", "--acl-public", f"s3://{bucket}/other", fails=True).errors


def test_a_policy_opens_a_bucket(s3cmd, endpoint, bucket, tmp_path):
    put(s3cmd, tmp_path, f"s3://{bucket}/key", b"for all")
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    policy = tmp_path / "policy.json"
    policy.write_text(json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    curl(f"{endpoint.url}/{bucket}/key", fails=True)
    s3cmd("setpolicy", policy, f"s3://{bucket}")
    assert f"arn:aws:s3:::{bucket}/*" in s3cmd("info", f"s3://{bucket}").output
    assert curl(f"{endpoint.url}/{bucket}/key").raw == b"for all"
    s3cmd("delpolicy", f"s3://{bucket}")
    curl(f"{endpoint.url}/{bucket}/key", fails=True)


def test_rules_for_other_origins(s3cmd, s3, endpoint, bucket, tmp_path):
    rules = tmp_path / "cors.xml"
    rules.write_text(
        "<CORSConfiguration><CORSRule><AllowedOrigin>https://a.test</AllowedOrigin>"
        "<AllowedMethod>GET</AllowedMethod><MaxAgeSeconds>77</MaxAgeSeconds></CORSRule></CORSConfiguration>"
    )
    s3cmd("setcors", rules, f"s3://{bucket}")
    assert "https://a.test" in s3cmd("info", f"s3://{bucket}").output
    asking = ["-i", "-X", "OPTIONS", "-H", "Access-Control-Request-Method: GET"]
    url = f"{endpoint.url}/{bucket}/key"
    answer = curl(*asking, "-H", "Origin: https://a.test", url).output.lower()
    assert "access-control-allow-origin: https://a.test" in answer
    curl(*asking, "-H", "Origin: https://b.test", url, fails=True)
    s3cmd("delcors", f"s3://{bucket}")
    curl(*asking, "-H", "Origin: https://a.test", url, fails=True)


def test_lifecycle_rules(s3cmd, s3, bucket, tmp_path):
    s3cmd("expire", "--expiry-days=3", "--expiry-prefix=logs/", f"s3://{bucket}")
    rule = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"][0]
    assert (rule["Status"], rule["Expiration"]) == ("Enabled", {"Days": 3})
    put(s3cmd, tmp_path, f"s3://{bucket}/logs/a", b"short lived")
    assert "expiry-date" in s3.head_object(Bucket=bucket, Key="logs/a")["Expiration"]
    stored = tmp_path / "stored.xml"
    stored.write_text(s3cmd("getlifecycle", f"s3://{bucket}").output)
    assert "logs/" in stored.read_text() and "<Days>3</Days>" in stored.read_text()
    s3cmd("dellifecycle", f"s3://{bucket}")
    assert "Expiration" not in s3.head_object(Bucket=bucket, Key="logs/a")
    s3cmd("setlifecycle", stored, f"s3://{bucket}")
    assert s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"] == [rule]
    assert read(s3cmd, tmp_path, f"s3://{bucket}/logs/a") == b"short lived"


def test_a_website_is_made_and_removed(s3cmd, s3, bucket):
    url = f"s3://{bucket}"
    s3cmd("ws-create", "--ws-index=start.html", "--ws-error=sorry.html", url)
    found = s3.get_bucket_website(Bucket=bucket)
    assert (found["IndexDocument"], found["ErrorDocument"]) == (
        {"Suffix": "start.html"},
        {"Key": "sorry.html"},
    )
    told = s3cmd("ws-info", url).output
    assert "start.html" in told and "sorry.html" in told
    s3cmd("ws-delete", url)
    assert "start.html" not in s3cmd("ws-info", url).output


def test_access_logs_are_turned_on_and_off(s3cmd, s3, bucket, bucket_name):
    target = f"{bucket_name[-50:].strip('-')}-logs"
    s3.create_bucket(Bucket=target)
    turn_lists_on(s3, target)
    assert "False" in s3cmd("accesslog", f"s3://{bucket}").output
    s3cmd("accesslog", f"--access-logging-target-prefix=s3://{target}/day/", f"s3://{bucket}")
    found = s3.get_bucket_logging(Bucket=bucket)["LoggingEnabled"]
    assert (found["TargetBucket"], found["TargetPrefix"]) == (target, "day/")
    assert f"s3://{target}/day/" in s3cmd("accesslog", f"s3://{bucket}").output
    s3cmd("accesslog", "--no-access-logging", f"s3://{bucket}")
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket=bucket)


def test_uploads_in_parts_are_listed_and_aborted(s3cmd, s3, bucket):
    url = f"s3://{bucket}/sp ace/ü"
    upload = s3.create_multipart_upload(Bucket=bucket, Key="sp ace/ü")["UploadId"]
    s3.upload_part(Bucket=bucket, Key="sp ace/ü", UploadId=upload, PartNumber=7, Body=b"a part")
    listed = s3cmd("multipart", f"s3://{bucket}").output
    assert url in listed and upload in listed
    line = s3cmd("listmp", url, upload).output.splitlines()[-1].split()
    assert line[1:2] == ["7"] and line[-1] == "6"
    s3cmd("abortmp", url, upload)
    assert upload not in s3cmd("multipart", f"s3://{bucket}").output
    assert "NoSuchUpload" in s3cmd("listmp", url, upload, fails=True).errors


def test_an_upload_is_continued(s3cmd, s3, bucket, tmp_path):
    body = seeded_bytes("continued", 11 * MIB)
    (tmp_path / "large").write_bytes(body)
    upload = s3.create_multipart_upload(Bucket=bucket, Key="large")["UploadId"]
    first = body[: 5 * MIB]
    s3.upload_part(Bucket=bucket, Key="large", UploadId=upload, PartNumber=1, Body=first)
    continuing = ["--continue-put", f"--upload-id={upload}"]
    s3cmd("put", *continuing, tmp_path / "large", f"s3://{bucket}/large")
    assert s3.head_object(Bucket=bucket, Key="large")["ETag"].endswith('-3"')
    assert read(s3cmd, tmp_path, f"s3://{bucket}/large") == body
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


def test_copies_and_changed_headers(s3cmd, s3, bucket, tmp_path):
    url = f"s3://{bucket}/from"
    put(s3cmd, tmp_path, url, b"text", "--add-header=x-amz-meta-colour:blue", "--mime-type=text/x", "--rr")
    assert s3.head_object(Bucket=bucket, Key="from")["StorageClass"] == "REDUCED_REDUNDANCY"
    s3cmd("cp", url, f"s3://{bucket}/to")
    head = s3.head_object(Bucket=bucket, Key="to")
    assert (head["Metadata"]["colour"], head["ContentType"]) == ("blue", "text/x")
    s3cmd("modify", "--add-header=x-amz-meta-colour:red", "--mime-type=text/y", url)
    head = s3.head_object(Bucket=bucket, Key="from")
    assert (head["Metadata"]["colour"], head["ContentType"]) == ("red", "text/y")
    assert read(s3cmd, tmp_path, url) == read(s3cmd, tmp_path, f"s3://{bucket}/to") == b"text"


def test_a_signed_address_and_who_pays(s3cmd, s3, bucket, tmp_path):
    put(s3cmd, tmp_path, f"s3://{bucket}/key", b"signed")
    url = s3cmd("signurl", f"s3://{bucket}/key", "+60").output.strip()
    assert curl(url).raw == b"signed"
    curl(url.replace("Signature=", "Signature=x"), fails=True)
    s3cmd("payer", "--requester-pays", f"s3://{bucket}")
    assert s3.get_bucket_request_payment(Bucket=bucket)["Payer"] == "Requester"
    assert "Requester" in s3cmd("info", f"s3://{bucket}").output
    s3cmd("payer", f"s3://{bucket}")
    assert s3.get_bucket_request_payment(Bucket=bucket)["Payer"] == "BucketOwner"

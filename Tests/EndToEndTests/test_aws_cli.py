"""The AWS command line, both versions: what its users try first."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

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


def public_reading(bucket: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


class Bucket:
    """The calls of `aws s3api` on one bucket, whose objects' bodies pass through a file."""

    def __init__(self, aws: aws_cli.AWS, name: str, file: Path) -> None:
        self.aws, self.name, self.file = aws, name, file

    def __call__(self, call: str, *arguments: str | Path) -> dict:
        return self.aws.json(call, "--bucket", self.name, *arguments)

    def refuses(self, call: str, *arguments: str | Path) -> str:
        return self.aws("s3api", call, "--bucket", self.name, *arguments, fails=True).errors

    def put(self, key: str, body: bytes, *arguments: str) -> dict:
        self.file.write_bytes(body)
        return self("put-object", "--key", key, "--body", self.file, *arguments)

    def read(self, key: str, *arguments: str) -> bytes:
        self.file.unlink(missing_ok=True)
        self("get-object", "--key", key, *arguments, self.file)
        return self.file.read_bytes()

    def head(self, key: str, *arguments: str) -> dict:
        return self("head-object", "--key", key, *arguments)


@pytest.fixture
def on(endpoint, bucket, tmp_path) -> Bucket:
    """A bucket seen by version 2 alone: version 1 asks as boto3 does, call by call, in `test_boto3_*`."""
    return Bucket(aws_cli.installed("version 2", endpoint, tmp_path), bucket, tmp_path / "body")


@pytest.fixture
def locked(endpoint, bucket_name, tmp_path) -> Bucket:
    bucket = Bucket(aws_cli.installed("version 2", endpoint, tmp_path), bucket_name, tmp_path / "body")
    bucket("create-bucket", "--object-lock-enabled-for-bucket")
    return bucket


def test_versions_and_delete_markers(on):
    assert on("get-bucket-versioning") == {}
    on("put-bucket-versioning", "--versioning-configuration", "Status=Enabled")
    assert on("get-bucket-versioning") == {"Status": "Enabled"}
    versions = [on.put("key", body)["VersionId"] for body in (b"one", b"two")]
    deleted = on("delete-object", "--key", "key")
    assert deleted["DeleteMarker"] is True
    assert "NoSuchKey" in on.refuses("get-object", "--key", "key", on.file)
    assert "Contents" not in on("list-objects-v2")
    listed = on("list-object-versions", "--page-size", "1")
    assert [entry["VersionId"] for entry in listed["Versions"]] == versions[::-1]
    assert [entry["VersionId"] for entry in listed["DeleteMarkers"]] == [deleted["VersionId"]]
    assert [entry["IsLatest"] for entry in listed["Versions"]] == [False, False]
    assert listed["DeleteMarkers"][0]["IsLatest"] is True
    assert on.read("key", "--version-id", versions[0]) == b"one"
    assert "MethodNotAllowed" in on.refuses(
        "get-object", "--key", "key", "--version-id", deleted["VersionId"], on.file
    )
    on("delete-object", "--key", "key", "--version-id", deleted["VersionId"])
    assert on.read("key") == b"two"
    on("delete-object", "--key", "key", "--version-id", versions[1])
    assert on.read("key") == b"one"
    on("put-bucket-versioning", "--versioning-configuration", "Status=Suspended")
    for body in (b"null", b"null again"):
        on.put("key", body)
    assert [entry["VersionId"] for entry in on("list-object-versions")["Versions"]] == ["null", versions[0]]
    assert (on.read("key"), on.read("key", "--version-id", versions[0])) == (b"null again", b"one")


def test_the_locks_default_and_who_bypasses_it(locked):
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
    wanted = {"ObjectLockEnabled": "Enabled", "Rule": rule}
    locked("put-object-lock-configuration", "--object-lock-configuration", json.dumps(wanted))
    assert locked("get-object-lock-configuration")["ObjectLockConfiguration"] == wanted
    version = locked.put("key", b"kept")["VersionId"]
    assert locked("get-object-retention", "--key", "key")["Retention"]["Mode"] == "GOVERNANCE"
    named = ["--key", "key", "--version-id", version]
    assert "AccessDenied" in locked.refuses("delete-object", *named)
    assert locked.read("key") == b"kept"
    locked("delete-object", *named, "--bypass-governance-retention")
    assert "Versions" not in locked("list-object-versions")


def test_retention_and_legal_holds(locked):
    now = datetime.datetime.now(datetime.timezone.utc)
    sooner, later = ((now + datetime.timedelta(days=n)).strftime("%Y-%m-%dT%H:%M:%S") for n in (1, 2))
    version = locked.put("key", b"kept")["VersionId"]
    named = ["--key", "key", "--version-id", version]
    locked("put-object-legal-hold", *named, "--legal-hold", "Status=ON")
    assert locked("get-object-legal-hold", *named)["LegalHold"] == {"Status": "ON"}
    assert "AccessDenied" in locked.refuses("delete-object", *named, "--bypass-governance-retention")
    locked("put-object-legal-hold", *named, "--legal-hold", "Status=OFF")
    locked("put-object-retention", *named, "--retention", f"Mode=GOVERNANCE,RetainUntilDate={later}Z")
    head = locked.head("key")
    assert (head["ObjectLockMode"], head["ObjectLockLegalHoldStatus"]) == ("GOVERNANCE", "OFF")
    assert head["ObjectLockRetainUntilDate"].startswith(later)
    assert "AccessDenied" in locked.refuses("delete-object", *named)
    locked("delete-object", "--key", "key")
    assert locked.read("key", "--version-id", version) == b"kept", "a marker hides it, and no more"
    for mode in ("GOVERNANCE", "COMPLIANCE"):
        retention = ["--retention", f"Mode={mode},RetainUntilDate={sooner}Z"]
        assert "AccessDenied" in locked.refuses("put-object-retention", *named, *retention)
        locked("put-object-retention", *named, *retention, "--bypass-governance-retention")
    assert "AccessDenied" in locked.refuses("delete-object", *named, "--bypass-governance-retention")
    assert locked.read("key", "--version-id", version) == b"kept"


def test_tags_of_objects_and_buckets(on):
    on.put("key", b"text", "--tagging", "colour=blue&shape=a%20b")
    tags = [{"Key": "colour", "Value": "blue"}, {"Key": "shape", "Value": "a b"}]
    found = on("get-object-tagging", "--key", "key")["TagSet"]
    assert sorted(found, key=lambda tag: tag["Key"]) == tags
    source = ["--copy-source", f"{on.name}/key"]
    on("copy-object", "--key", "same", *source)
    assert on("get-object-tagging", "--key", "same")["TagSet"] == found
    on("copy-object", "--key", "other", *source, "--tagging-directive", "REPLACE", "--tagging", "n=1")
    assert on("get-object-tagging", "--key", "other")["TagSet"] == [{"Key": "n", "Value": "1"}]
    on("put-object-tagging", "--key", "key", "--tagging", "TagSet=[{Key=only,Value=one}]")
    assert on("get-object-tagging", "--key", "key")["TagSet"] == [{"Key": "only", "Value": "one"}]
    on("delete-object-tagging", "--key", "key")
    assert on("get-object-tagging", "--key", "key")["TagSet"] == []
    assert on.read("key") == on.read("other") == b"text"
    on("put-bucket-tagging", "--tagging", "TagSet=[{Key=owner,Value=me}]")
    assert on("get-bucket-tagging")["TagSet"] == [{"Key": "owner", "Value": "me"}]
    on("delete-bucket-tagging")
    assert "NoSuchTagSet" in on.refuses("get-bucket-tagging")


def test_a_policy_opens_a_bucket_until_a_block_closes_it(on):
    def anonymous(fails: bool = False) -> commands.Finished:
        return on.aws("--no-sign-request", "s3", "cp", f"s3://{on.name}/key", "-", fails=fails)

    on.put("key", b"for all")
    assert "403" in anonymous(fails=True).errors
    on("put-bucket-policy", "--policy", public_reading(on.name))
    assert json.loads(on("get-bucket-policy")["Policy"]) == json.loads(public_reading(on.name))
    assert on("get-bucket-policy-status")["PolicyStatus"]["IsPublic"] is True
    assert anonymous().raw == b"for all"
    block = {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": True,
        "BlockPublicPolicy": True,
        "RestrictPublicBuckets": True,
    }
    on("put-public-access-block", "--public-access-block-configuration", json.dumps(block))
    assert on("get-public-access-block")["PublicAccessBlockConfiguration"] == block
    assert "403" in anonymous(fails=True).errors
    assert "AccessDenied" in on.refuses("put-bucket-policy", "--policy", public_reading(on.name))
    on("delete-public-access-block")
    assert anonymous().raw == b"for all"
    on("delete-bucket-policy")
    assert "403" in anonymous(fails=True).errors
    assert "NoSuchBucketPolicy" in on.refuses("get-bucket-policy")


def test_ownership_controls_turn_lists_on_and_off(on):
    def rules(ownership: str) -> str:
        return json.dumps({"Rules": [{"ObjectOwnership": ownership}]})

    on.put("key", b"text")
    refused = on.refuses("put-object-acl", "--key", "key", "--acl", "public-read")
    assert "AccessControlListNotSupported" in refused
    on("put-bucket-ownership-controls", "--ownership-controls", rules("ObjectWriter"))
    assert on("get-bucket-ownership-controls")["OwnershipControls"] == json.loads(rules("ObjectWriter"))
    on("put-object-acl", "--key", "key", "--acl", "public-read")
    assert on.aws("--no-sign-request", "s3", "cp", f"s3://{on.name}/key", "-").raw == b"text"
    on("put-bucket-acl", "--acl", "public-read")
    assert "key" in on.aws("--no-sign-request", "s3", "ls", f"s3://{on.name}/").output
    on("put-bucket-acl", "--acl", "private")
    on("put-bucket-ownership-controls", "--ownership-controls", rules("BucketOwnerEnforced"))
    on.aws("--no-sign-request", "s3", "cp", f"s3://{on.name}/key", "-", fails=True)
    assert on.read("key") == b"text"
    on("delete-bucket-ownership-controls")
    assert "OwnershipControlsNotFoundError" in on.refuses("get-bucket-ownership-controls")


def test_rules_for_other_origins(on):
    rule = {
        "ID": "one",
        "AllowedMethods": ["GET", "PUT"],
        "AllowedOrigins": ["https://*.example.com"],
        "AllowedHeaders": ["x-amz-*"],
        "ExposeHeaders": ["ETag"],
        "MaxAgeSeconds": 77,
    }
    on.put("key", b"text")
    on("put-bucket-cors", "--cors-configuration", json.dumps({"CORSRules": [rule]}))
    assert on("get-bucket-cors")["CORSRules"] == [rule]
    preflight = ["curl", "-sS", "-i", "-X", "OPTIONS", "-H", "Access-Control-Request-Method: PUT"]
    url = f"{on.aws.url}/{on.name}/key"
    answer = commands.run([*preflight, "-H", "Origin: https://a.example.com", url], {}).output.lower()
    assert "access-control-allow-origin: https://a.example.com" in answer
    assert "access-control-max-age: 77" in answer
    answer = commands.run([*preflight, "-H", "Origin: https://elsewhere.test", url], {}).output
    assert answer.startswith("HTTP/1.1 403")
    on("delete-bucket-cors")
    assert "NoSuchCORSConfiguration" in on.refuses("get-bucket-cors")


def test_a_buckets_other_settings_come_back_as_they_were_put(on):
    rule = {
        "ID": "logs",
        "Status": "Enabled",
        "Filter": {"Prefix": "logs/"},
        "Expiration": {"Days": 3},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 2},
    }
    on("put-bucket-lifecycle-configuration", "--lifecycle-configuration", json.dumps({"Rules": [rule]}))
    assert on("get-bucket-lifecycle-configuration")["Rules"] == [rule]
    assert 'rule-id="logs"' in on.put("logs/a", b"short lived")["Expiration"]
    assert "Expiration" not in on.put("other", b"stays")
    on("delete-bucket-lifecycle")
    assert "NoSuchLifecycleConfiguration" in on.refuses("get-bucket-lifecycle-configuration")
    website = {"IndexDocument": {"Suffix": "index.html"}, "ErrorDocument": {"Key": "sorry.html"}}
    on("put-bucket-website", "--website-configuration", json.dumps(website))
    assert on("get-bucket-website") == website
    on("delete-bucket-website")
    assert "NoSuchWebsiteConfiguration" in on.refuses("get-bucket-website")
    logs = f"{on.name[-50:].strip('-')}-logs"
    on.aws("s3", "mb", f"s3://{logs}")
    logging = {"TargetBucket": logs, "TargetPrefix": "day/"}
    on("put-bucket-logging", "--bucket-logging-status", json.dumps({"LoggingEnabled": logging}))
    found = on("get-bucket-logging")["LoggingEnabled"]
    assert {name: found[name] for name in logging} == logging
    on("put-bucket-logging", "--bucket-logging-status", "{}")
    assert on("get-bucket-logging") == {}
    on("put-bucket-request-payment", "--request-payment-configuration", "Payer=Requester")
    assert on("get-bucket-request-payment") == {"Payer": "Requester"}
    on("put-bucket-accelerate-configuration", "--accelerate-configuration", "Status=Enabled")
    assert on("get-bucket-accelerate-configuration") == {"Status": "Enabled"}


def test_copies_with_directives_and_conditions(on):
    etag = on.put("from", b"0123456789", "--metadata", "colour=blue", "--content-type", "text/x")["ETag"]
    source = ["--copy-source", f"{on.name}/from"]
    on("copy-object", "--key", "to", *source)
    assert (on.head("to")["Metadata"], on.head("to")["ContentType"]) == ({"colour": "blue"}, "text/x")
    replacing = ["--metadata-directive", "REPLACE", "--metadata", "shape=round", "--content-type", "text/y"]
    on("copy-object", "--key", "to", *source, *replacing)
    assert (on.head("to")["Metadata"], on.head("to")["ContentType"]) == ({"shape": "round"}, "text/y")
    assert "InvalidRequest" in on.refuses("copy-object", "--key", "from", *source)
    on("copy-object", "--key", "from", *source, *replacing)
    assert on.head("from")["Metadata"] == {"shape": "round"}
    refused = on.refuses("copy-object", "--key", "never", *source, "--copy-source-if-none-match", etag)
    assert "PreconditionFailed" in refused
    on("copy-object", "--key", "third", *source, "--copy-source-if-match", etag)
    assert on.read("to") == on.read("from") == on.read("third") == b"0123456789"
    assert "Not Found" in on.refuses("head-object", "--key", "never")


def test_uploads_in_parts_are_listed_continued_and_aborted(on):
    body = seeded_bytes("aws parts", 5 * MIB)
    on.put("source", body + b"the tail")
    upload = on("create-multipart-upload", "--key", "key", "--metadata", "colour=blue")["UploadId"]
    other = on("create-multipart-upload", "--key", "never")["UploadId"]
    named = ["--key", "key", "--upload-id", upload]
    listed = on("list-multipart-uploads", "--page-size", "1")["Uploads"]
    assert [(entry["Key"], entry["UploadId"]) for entry in listed] == [("key", upload), ("never", other)]
    on.file.write_bytes(body)
    parts = [on("upload-part", *named, "--part-number", "1", "--body", on.file)["ETag"]]
    copying = ["--copy-source", f"{on.name}/source", "--copy-source-range", f"bytes={5 * MIB}-{5 * MIB + 7}"]
    copied = on("upload-part-copy", *named, "--part-number", "2", *copying)
    parts.append(copied["CopyPartResult"]["ETag"])
    listed = on("list-parts", *named, "--page-size", "1")["Parts"]
    assert [(part["PartNumber"], part["Size"], part["ETag"]) for part in listed] == [
        (1, 5 * MIB, parts[0]),
        (2, 8, parts[1]),
    ]
    wanted = {"Parts": [{"PartNumber": number, "ETag": etag} for number, etag in enumerate(parts, 1)]}
    done = on("complete-multipart-upload", *named, "--multipart-upload", json.dumps(wanted))
    assert done["ETag"].endswith('-2"')
    assert on.read("key") == body + b"the tail"
    assert on.head("key")["Metadata"] == {"colour": "blue"}
    on("abort-multipart-upload", "--key", "never", "--upload-id", other)
    assert "Uploads" not in on("list-multipart-uploads")
    assert "NoSuchUpload" in on.refuses("list-parts", "--key", "never", "--upload-id", other)


def test_checksums_and_attributes(on):
    sha = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="
    assert on.put("key", b"abc", "--checksum-algorithm", "SHA256")["ChecksumSHA256"] == sha
    assert on.head("key", "--checksum-mode", "ENABLED")["ChecksumSHA256"] == sha
    wanted = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"]
    found = on("get-object-attributes", "--key", "key", "--object-attributes", *wanted)
    assert (found["ObjectSize"], found["StorageClass"], found["ETag"]) == (3, "STANDARD", md5_hex(b"abc"))
    assert found["Checksum"]["ChecksumSHA256"] == sha
    other = sha.replace("ung", "gnu")
    refused = on.refuses("put-object", "--key", "bad", "--body", on.file, "--checksum-sha256", other)
    assert "BadDigest" in refused
    assert "Not Found" in on.refuses("head-object", "--key", "bad")
    summed = ["--checksum-algorithm", "CRC32C"]
    upload = on("create-multipart-upload", "--key", "parts", *summed)["UploadId"]
    named = ["--key", "parts", "--upload-id", upload]
    on.file.write_bytes(b"abc")
    part = on("upload-part", *named, "--part-number", "1", "--body", on.file, *summed)
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"], "ChecksumCRC32C": part["ChecksumCRC32C"]}]}
    on("complete-multipart-upload", *named, "--multipart-upload", json.dumps(parts))
    found = on("get-object-attributes", "--key", "parts", "--object-attributes", *wanted)
    assert found["ObjectParts"]["TotalPartsCount"] == 1
    assert found["ObjectParts"]["Parts"][0]["ChecksumCRC32C"] == part["ChecksumCRC32C"]
    assert on.read("parts") == b"abc"

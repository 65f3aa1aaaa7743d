"""boto3: server-side copies."""

from __future__ import annotations

import datetime

import pytest
from botocore.exceptions import ClientError

from payloads import KIB, MIB, seeded_bytes
from s3_clients import error_of

OTHER = '"00000000000000000000000000000000"'
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def source(s3, bucket):
    """An object with metadata to copy from; its CopySource."""
    s3.put_object(
        Bucket=bucket,
        Key="source",
        Body=b"content",
        Metadata={"colour": "blue"},
        ContentType="text/x",
        CacheControl="max-age=7",
    )
    return {"Bucket": bucket, "Key": "source"}


@pytest.mark.parametrize("size", [0, 10, 300 * KIB, 3 * MIB + 1])
def test_a_copy_has_the_same_bytes(s3, bucket, size):
    body = seeded_bytes("copy", size)
    put = s3.put_object(Bucket=bucket, Key="from", Body=body)
    copied = s3.copy_object(Bucket=bucket, Key="to", CopySource={"Bucket": bucket, "Key": "from"})
    assert copied["CopyObjectResult"]["ETag"] == put["ETag"]
    got = s3.get_object(Bucket=bucket, Key="to")
    assert got["Body"].read() == body
    assert copied["CopyObjectResult"]["LastModified"].replace(microsecond=0) == got["LastModified"]
    assert s3.get_object(Bucket=bucket, Key="from")["Body"].read() == body


def test_a_copy_outlives_its_source(s3, bucket):
    body = seeded_bytes("outlive", 2 * MIB)
    s3.put_object(Bucket=bucket, Key="from", Body=body)
    s3.copy_object(Bucket=bucket, Key="to", CopySource=f"{bucket}/from")
    s3.delete_object(Bucket=bucket, Key="from")
    assert s3.get_object(Bucket=bucket, Key="to")["Body"].read() == body


def test_metadata_is_copied_unless_replaced(s3, bucket, source):
    s3.copy_object(Bucket=bucket, Key="kept", CopySource=source, Metadata={"ignored": "1"})
    kept = s3.head_object(Bucket=bucket, Key="kept")
    assert (kept["Metadata"], kept["ContentType"], kept["CacheControl"]) == (
        {"colour": "blue"},
        "text/x",
        "max-age=7",
    )
    s3.copy_object(
        Bucket=bucket,
        Key="replaced",
        CopySource=source,
        MetadataDirective="REPLACE",
        Metadata={"shape": "round"},
        ContentType="text/y",
    )
    replaced = s3.head_object(Bucket=bucket, Key="replaced")
    assert (replaced["Metadata"], replaced["ContentType"]) == ({"shape": "round"}, "text/y")
    assert "CacheControl" not in replaced


def test_a_copy_onto_itself_without_a_change_is_refused(s3, bucket, source):
    with pytest.raises(ClientError) as caught:
        s3.copy_object(Bucket=bucket, Key="source", CopySource=source)
    assert error_of(caught) == ("InvalidRequest", 400)
    assert s3.head_object(Bucket=bucket, Key="source")["Metadata"] == {"colour": "blue"}


@pytest.mark.parametrize("size", [7, 2 * MIB])
def test_a_copy_onto_itself_replaces_metadata(s3, bucket, size):
    body = seeded_bytes("self", size)
    s3.put_object(Bucket=bucket, Key="object", Body=body, Metadata={"old": "1"})
    s3.copy_object(
        Bucket=bucket,
        Key="object",
        CopySource=f"{bucket}/object",
        MetadataDirective="REPLACE",
        Metadata={"new": "2"},
    )
    got = s3.get_object(Bucket=bucket, Key="object")
    assert got["Metadata"] == {"new": "2"}
    assert got["Body"].read() == body


def test_a_copy_between_buckets(s3, bucket, bucket_name, source):
    other = f"{bucket_name[:55]}-other"
    s3.create_bucket(Bucket=other)
    s3.copy_object(Bucket=other, Key="to", CopySource=source)
    assert s3.get_object(Bucket=other, Key="to")["Body"].read() == b"content"


@pytest.mark.parametrize("key", ["sp ace", "pl+us", "per%cent", "ü/日本", "q?m#h", "🪶", "a%20b"])
def test_odd_source_keys(s3, bucket, key):
    s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    s3.copy_object(Bucket=bucket, Key=f"copy of {key}", CopySource={"Bucket": bucket, "Key": key})
    assert s3.get_object(Bucket=bucket, Key=f"copy of {key}")["Body"].read() == key.encode()


@pytest.mark.parametrize(
    "name, code", [("no-such-key", "NoSuchKey"), ("no-such-bucket-here/x", "NoSuchBucket")]
)
def test_a_missing_source_is_404(s3, bucket, name, code):
    with pytest.raises(ClientError) as caught:
        s3.copy_object(Bucket=bucket, Key="to", CopySource=name if "/" in name else f"{bucket}/{name}")
    assert error_of(caught) == (code, 404)
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


class TestConditions:
    def test_those_that_hold(self, s3, bucket, source):
        head = s3.head_object(Bucket=bucket, Key="source")
        for condition in (
            dict(CopySourceIfMatch=head["ETag"]),
            dict(CopySourceIfMatch=head["ETag"].strip('"')),
            dict(CopySourceIfNoneMatch=OTHER),
            dict(CopySourceIfModifiedSince=head["LastModified"] - HOUR),
            dict(CopySourceIfUnmodifiedSince=head["LastModified"]),
        ):
            s3.copy_object(Bucket=bucket, Key="to", CopySource=source, **condition)
            assert s3.get_object(Bucket=bucket, Key="to")["Body"].read() == b"content"
            s3.delete_object(Bucket=bucket, Key="to")

    def test_those_that_do_not(self, s3, bucket, source):
        head = s3.head_object(Bucket=bucket, Key="source")
        for condition in (
            dict(CopySourceIfMatch=OTHER),
            dict(CopySourceIfNoneMatch=head["ETag"]),
            dict(CopySourceIfNoneMatch=head["ETag"].strip('"')),
            dict(CopySourceIfModifiedSince=head["LastModified"]),
            dict(CopySourceIfUnmodifiedSince=head["LastModified"] - HOUR),
        ):
            with pytest.raises(ClientError) as caught:
                s3.copy_object(Bucket=bucket, Key="to", CopySource=source, **condition)
            assert error_of(caught) == ("PreconditionFailed", 412), condition
        assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["source"]

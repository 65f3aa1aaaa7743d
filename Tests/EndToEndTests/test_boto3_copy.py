"""boto3: server-side copies."""

from __future__ import annotations

import datetime

import pytest
from botocore.exceptions import ClientError

import signing
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

    @pytest.mark.parametrize("operation", ["copy", "part"])
    def test_the_tag_outranks_the_date(self, s3, bucket, source, operation):
        head = s3.head_object(Bucket=bucket, Key="source")
        copy = copying(s3, bucket, source, operation)
        copy(CopySourceIfMatch=head["ETag"], CopySourceIfUnmodifiedSince=head["LastModified"] - HOUR)
        copy(CopySourceIfNoneMatch=OTHER, CopySourceIfModifiedSince=head["LastModified"])
        # Nobody can have what will be: S3 passes over such a date.
        copy(CopySourceIfModifiedSince=head["LastModified"] + 100 * HOUR)
        for condition, name in [
            (
                dict(CopySourceIfNoneMatch=head["ETag"], CopySourceIfModifiedSince=head["LastModified"] - HOUR),
                "x-amz-copy-source-If-None-Match",
            ),
            (
                dict(CopySourceIfMatch=OTHER, CopySourceIfUnmodifiedSince=head["LastModified"] + HOUR),
                "x-amz-copy-source-If-Match",
            ),
            (
                dict(CopySourceIfUnmodifiedSince=head["LastModified"] - HOUR),
                "x-amz-copy-source-If-Unmodified-Since",
            ),
        ]:
            with pytest.raises(ClientError) as caught:
                copy(**condition)
            assert error_of(caught) == ("PreconditionFailed", 412)
            assert caught.value.response["Error"]["Condition"] == name


def copying(s3, bucket, source, operation):
    """Copies `source` as a whole or as a part of an upload, with further parameters."""
    if operation == "copy":
        return lambda **more: s3.copy_object(**(dict(Bucket=bucket, Key="to", CopySource=source) | more))
    upload = s3.create_multipart_upload(Bucket=bucket, Key="to")["UploadId"]
    place = dict(Bucket=bucket, Key="to", UploadId=upload, PartNumber=1, CopySource=source)
    return lambda **more: s3.upload_part_copy(**(place | more))


@pytest.fixture
def versions(s3, bucket, source):
    """Of `source`: null, a second one, and the delete marker over both."""
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    second = s3.put_object(Bucket=bucket, Key="source", Body=b"second")["VersionId"]
    marker = s3.delete_object(Bucket=bucket, Key="source")["VersionId"]
    return second, marker


@pytest.mark.parametrize("operation", ["copy", "part"])
class TestVersions:
    def test_each_can_be_copied(self, s3, bucket, source, versions, operation):
        copy = copying(s3, bucket, source, operation)
        for version in ("null", versions[0]):
            answer = copy(CopySource=source | {"VersionId": version})
            assert answer["CopySourceVersionId"] == version

    def test_a_delete_marker_cannot(self, s3, bucket, source, versions, operation):
        copy = copying(s3, bucket, source, operation)
        with pytest.raises(ClientError) as caught:
            copy()
        assert error_of(caught) == ("NoSuchKey", 404)
        assert caught.value.response["Error"]["Key"] == "source"
        with pytest.raises(ClientError) as caught:
            copy(CopySource=source | {"VersionId": versions[1]})
        assert error_of(caught) == ("InvalidRequest", 400)

    @pytest.mark.parametrize(
        "version, code, status",
        [
            ("11111111-2222-4333-8444-555555555555", "NoSuchVersion", 404),
            ("nonsense", "InvalidArgument", 400),
        ],
    )
    def test_what_is_none(self, s3, bucket, source, versions, operation, version, code, status):
        with pytest.raises(ClientError) as caught:
            copying(s3, bucket, source, operation)(CopySource=source | {"VersionId": version})
        assert error_of(caught) == (code, status)


def test_an_older_version_is_brought_back_by_copying_it_onto_itself(s3, bucket, source, versions):
    answer = s3.copy_object(Bucket=bucket, Key="source", CopySource=source | {"VersionId": "null"})
    assert answer["CopySourceVersionId"] == "null"
    got = s3.get_object(Bucket=bucket, Key="source")
    assert (got["Body"].read(), got["VersionId"]) == (b"content", answer["VersionId"])
    assert len(s3.list_object_versions(Bucket=bucket)["Versions"]) == 3


def test_a_copy_into_a_suspended_bucket_is_the_null_version(s3, bucket, source, versions):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    source = source | {"VersionId": versions[0]}
    assert s3.copy_object(Bucket=bucket, Key="to", CopySource=source)["VersionId"] == "null"
    assert s3.get_object(Bucket=bucket, Key="to")["Body"].read() == b"second"


class TestRanges:
    @pytest.mark.parametrize("first, last", [(0, 0), (0, 6), (6, 6), (2, 4)])
    def test_bytes_of_the_source(self, s3, bucket, source, first, last):
        upload = s3.create_multipart_upload(Bucket=bucket, Key="to")["UploadId"]
        part = s3.upload_part_copy(
            Bucket=bucket,
            Key="to",
            UploadId=upload,
            PartNumber=1,
            CopySource=source,
            CopySourceRange=f"bytes={first}-{last}",
        )["CopyPartResult"]
        s3.complete_multipart_upload(
            Bucket=bucket,
            Key="to",
            UploadId=upload,
            MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]},
        )
        assert s3.get_object(Bucket=bucket, Key="to")["Body"].read() == b"content"[first : last + 1]

    @pytest.mark.parametrize(
        "text, code, value",
        [
            ("bytes=0-7", "InvalidArgument", "bytes=0-7"),
            ("bytes=7-7", "InvalidRequest", None),
            ("bytes=100-200", "InvalidRequest", None),
            *[
                (text, "InvalidArgument", text)
                for text in ("0-3", "bytes=1-0", "bytes=-3", "bytes=3-", "bytes=-", "bytes=0-1,3-4", "bytes=a-b")
            ],
        ],
    )
    def test_others(self, s3, bucket, source, text, code, value):
        with pytest.raises(ClientError) as caught:
            copying(s3, bucket, source, "part")(CopySourceRange=text)
        assert error_of(caught) == (code, 400)
        assert caught.value.response["Error"].get("ArgumentValue") == value


def test_a_copy_tells_when_it_expires(s3, bucket, source):
    rule = {"ID": "soon", "Status": "Enabled", "Filter": {"Prefix": "to"}, "Expiration": {"Days": 3}}
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
    assert 'rule-id="soon"' in s3.copy_object(Bucket=bucket, Key="to", CopySource=source)["Expiration"]
    assert "Expiration" not in s3.copy_object(Bucket=bucket, Key="other", CopySource=source)


@pytest.mark.parametrize(
    "text",
    ["{bucket}/a%20b%2Bc", "/{bucket}/a%20b+c", "{bucket}%2Fa%20b%2Bc", "{bucket}/a b+c", "/{bucket}/a%20b%2bc"],
)
def test_ways_to_write_a_source(endpoint, s3, bucket, text):
    s3.put_object(Bucket=bucket, Key="a b+c", Body=b"text")
    answer = signing.request(
        endpoint, "PUT", f"/{bucket}/to", headers={"x-amz-copy-source": text.format(bucket=bucket)}
    )
    assert answer.status == 200, answer.body
    assert s3.get_object(Bucket=bucket, Key="to")["Body"].read() == b"text"


@pytest.mark.parametrize("location, code", [("/a", None), ("https://a/b", None), ("a", "InvalidRedirectLocation")])
def test_redirects(s3, bucket, source, location, code):
    if code is None:
        s3.copy_object(Bucket=bucket, Key="to", CopySource=source, WebsiteRedirectLocation=location)
        assert s3.head_object(Bucket=bucket, Key="to")["WebsiteRedirectLocation"] == location
        # It stays behind where that copy is copied.
        s3.copy_object(Bucket=bucket, Key="again", CopySource=f"{bucket}/to")
        assert "WebsiteRedirectLocation" not in s3.head_object(Bucket=bucket, Key="again")
        return
    with pytest.raises(ClientError) as caught:
        s3.copy_object(Bucket=bucket, Key="to", CopySource=source, WebsiteRedirectLocation=location)
    assert error_of(caught) == (code, 400)


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"])
def test_a_copy_keeps_the_algorithm_or_takes_another(s3, bucket, algorithm):
    s3.put_object(Bucket=bucket, Key="from", Body=b"text", ChecksumAlgorithm="SHA1")
    name = f"Checksum{algorithm}"
    asked = s3.copy_object(Bucket=bucket, Key="to", CopySource=f"{bucket}/from", ChecksumAlgorithm=algorithm)
    direct = s3.put_object(Bucket=bucket, Key="direct", Body=b"text", ChecksumAlgorithm=algorithm)
    assert asked["CopyObjectResult"][name] == direct[name]
    assert asked["CopyObjectResult"]["ChecksumType"] == "FULL_OBJECT"
    kept = s3.copy_object(Bucket=bucket, Key="again", CopySource=f"{bucket}/to")
    assert kept["CopyObjectResult"][name] == direct[name]
    got = s3.head_object(Bucket=bucket, Key="again", ChecksumMode="ENABLED")
    assert (got[name], got["ChecksumType"]) == (direct[name], "FULL_OBJECT")

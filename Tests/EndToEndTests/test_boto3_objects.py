"""boto3: the first session of a user, whole objects, headers and metadata, ranges, limits."""

from __future__ import annotations

import datetime
import io

import boto3
import pytest
from botocore.exceptions import ClientError

import signing
from payloads import KIB, MIB, md5_hex, seeded_bytes
from s3_clients import error_of


def test_the_readme_session(endpoint, bucket_name):
    s3 = boto3.client(
        "s3",
        endpoint_url=endpoint.url,
        aws_access_key_id=endpoint.access_key,
        aws_secret_access_key=endpoint.secret_key,
        region_name="us-east-1",
    )
    s3.create_bucket(Bucket=bucket_name)
    s3.put_object(Bucket=bucket_name, Key="hello.txt", Body=b"Hello, Martlet!")
    assert s3.get_object(Bucket=bucket_name, Key="hello.txt")["Body"].read() == b"Hello, Martlet!"
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket_name)["Contents"]] == ["hello.txt"]
    assert bucket_name in [entry["Name"] for entry in s3.list_buckets()["Buckets"]]
    s3.delete_object(Bucket=bucket_name, Key="hello.txt")
    s3.delete_bucket(Bucket=bucket_name)
    assert bucket_name not in [entry["Name"] for entry in s3.list_buckets()["Buckets"]]


@pytest.mark.parametrize(
    "size",
    [
        0,
        1,
        4095,
        128 * KIB,
        128 * KIB + 1,
        256 * KIB,
        256 * KIB + 1,
        MIB - 1,
        MIB,
        MIB + 1,
        2 * MIB,
        5 * MIB + 7,
    ],
)
def test_what_is_put_is_what_is_returned(s3, bucket, size):
    body = seeded_bytes(size, size)
    put = s3.put_object(Bucket=bucket, Key="object", Body=body)
    assert put["ETag"] == f'"{md5_hex(body)}"'
    got = s3.get_object(Bucket=bucket, Key="object")
    assert got["Body"].read() == body
    assert got["ContentLength"] == size
    assert got["ETag"] == put["ETag"]
    head = s3.head_object(Bucket=bucket, Key="object")
    assert head["ContentLength"] == size
    assert head["ETag"] == put["ETag"]


def test_last_modified_is_now_and_the_same_everywhere(s3, bucket):
    before = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    s3.put_object(Bucket=bucket, Key="object", Body=b"x")
    after = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=1)
    head = s3.head_object(Bucket=bucket, Key="object")["LastModified"]
    got = s3.get_object(Bucket=bucket, Key="object")["LastModified"]
    listed = s3.list_objects_v2(Bucket=bucket)["Contents"][0]["LastModified"]
    assert before <= head <= after
    assert head == got == listed.replace(microsecond=0)


def test_an_overwrite_replaces_body_headers_and_metadata(s3, bucket):
    s3.put_object(
        Bucket=bucket, Key="object", Body=b"old" * 100_000, Metadata={"old": "1"}, ContentType="text/old"
    )
    s3.put_object(Bucket=bucket, Key="object", Body=b"new", Metadata={"new": "2"})
    got = s3.get_object(Bucket=bucket, Key="object")
    assert got["Body"].read() == b"new"
    assert got["Metadata"] == {"new": "2"}
    assert got["ContentType"] == "binary/octet-stream"


def test_metadata_and_content_headers_come_back(s3, bucket):
    headers = dict(
        ContentType="application/vnd.test+json; charset=utf-8",
        CacheControl="max-age=60, private",
        ContentDisposition='attachment; filename="x y.json"',
        ContentLanguage="en, de",
        ContentEncoding="identity",
        Expires=datetime.datetime(2030, 1, 2, 3, 4, 5, tzinfo=datetime.UTC),
    )
    metadata = {
        "colour": "blue",
        "mixed-case": "Some Value",
        "num": "42",
        "empty-ish": "-",
        "percent": "a%20b+c",
    }
    s3.put_object(Bucket=bucket, Key="object", Body=b"{}", Metadata=metadata, **headers)
    for answer in (s3.head_object(Bucket=bucket, Key="object"), s3.get_object(Bucket=bucket, Key="object")):
        assert answer["Metadata"] == metadata
        for name in (
            "ContentType",
            "CacheControl",
            "ContentDisposition",
            "ContentLanguage",
            "ContentEncoding",
        ):
            assert answer[name] == headers[name]
        assert answer["ResponseMetadata"]["HTTPHeaders"]["expires"] == "Wed, 02 Jan 2030 03:04:05 GMT"
        assert answer["AcceptRanges"] == "bytes"


def test_a_get_may_override_response_headers(s3, bucket):
    s3.put_object(Bucket=bucket, Key="object", Body=b"x", ContentType="text/plain", CacheControl="no-store")
    got = s3.get_object(
        Bucket=bucket,
        Key="object",
        ResponseContentType="image/png",
        ResponseCacheControl="max-age=1",
        ResponseContentDisposition="attachment; filename=y",
        ResponseContentLanguage="fr",
        ResponseContentEncoding="identity",
        ResponseExpires=datetime.datetime(2031, 1, 1, tzinfo=datetime.UTC),
    )
    assert got["ContentType"] == "image/png"
    assert got["CacheControl"] == "max-age=1"
    assert got["ContentDisposition"] == "attachment; filename=y"
    assert got["ContentLanguage"] == "fr"
    assert got["ContentEncoding"] == "identity"
    assert got["ResponseMetadata"]["HTTPHeaders"]["expires"].startswith("Wed, 01 Jan 2031")
    assert s3.head_object(Bucket=bucket, Key="object")["ContentType"] == "text/plain"


@pytest.mark.parametrize(
    "key",
    [
        "plain",
        "with space",
        "a+b",
        "100%",
        "a%20b",
        "q?u#h",
        "amp&amp;",
        "eq=uals",
        "semi;colon",
        "quote'\"",
        "(round)[square]{curly}",
        "tilde~star*",
        "ünïcödé",
        "日本語/файл.txt",
        "🪶/feather",
        "deep/" * 50 + "end",
        ".leading-dot",
        "trailing-dot.",
        "back\\slash",
        "caret^pipe|tick`",
        "tab\there",
        "new\nline",
        "a/b/c.d",
        "e\u0301 decomposed",
        "<tag>&co",
        "__XLDIR__-like",
        "xl.meta-like",
    ],
)
def test_a_key_comes_back_as_it_was_given(s3, bucket, key):
    body = key.encode()
    s3.put_object(Bucket=bucket, Key=key, Body=body)
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == body
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]] == [key]
    s3.delete_object(Bucket=bucket, Key=key)
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


@pytest.mark.parametrize(
    "key",
    [
        "a//b",
        "/leading",
        "a/./b",
        "a/../b",
        "..",
        ".",
        "xl.meta",
        "a/xl.meta/b",
        "a" * 256,
        "x/" + "b" * 256,
    ],
    ids=lambda key: key if len(key) < 20 else f"{len(key)} bytes",
)
def test_a_key_the_tree_cannot_hold_is_refused_and_stores_nothing(endpoint, bucket, s3, key):
    """Sent by hand, as botocore and proxies tidy such paths up."""
    status, code = signing.put(endpoint, bucket, key, b"x")
    assert 400 <= status < 500, f"{status} {code}"
    assert code in {
        "InvalidArgument",
        "KeyTooLongError",
        "InvalidObjectName",
        "XMinioInvalidObjectName",
        "XMinioInvalidResourceName",
        "InvalidURI",
        "InvalidRequest",
    }, code
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def test_a_key_of_1024_bytes_is_stored_and_one_of_1025_refused(s3, bucket):
    segments = "/".join(["s" * 200] * 5)
    longest = segments + "/" + "e" * (1024 - len(segments) - 1)
    assert len(longest) == 1024
    s3.put_object(Bucket=bucket, Key=longest, Body=b"x")
    assert s3.get_object(Bucket=bucket, Key=longest)["Body"].read() == b"x"
    with pytest.raises(ClientError) as caught:
        s3.put_object(Bucket=bucket, Key=longest + "e", Body=b"x")
    assert error_of(caught) == ("KeyTooLongError", 400)
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]] == [longest]


def test_user_metadata_of_2048_bytes_is_stored_and_more_refused(s3, bucket):
    name = "filler"
    s3.put_object(
        Bucket=bucket, Key="object", Body=b"x", Metadata={name: "v" * (2048 - len(name) - len("x-amz-meta-"))}
    )
    assert len(s3.head_object(Bucket=bucket, Key="object")["Metadata"][name]) == 2048 - 17
    with pytest.raises(ClientError) as caught:
        s3.put_object(Bucket=bucket, Key="larger", Body=b"x", Metadata={name: "v" * 2049})
    assert error_of(caught) == ("MetadataTooLarge", 400)
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["object"]


@pytest.mark.parametrize("size", [1000, 3 * MIB + 100], ids=["inline", "many blocks"])
class TestRanges:
    @pytest.fixture
    def body(self, s3, bucket, size):
        body = seeded_bytes("ranges", size)
        s3.put_object(Bucket=bucket, Key="object", Body=body)
        return body

    @pytest.mark.parametrize(
        "first, last", [(0, 0), (0, 9), (1, 1), (500, 998), (0, None), (999, None), (500, 10**9)]
    )
    def test_a_range_is_cut_out(self, s3, bucket, body, size, first, last):
        got = s3.get_object(
            Bucket=bucket, Key="object", Range=f"bytes={first}-{'' if last is None else last}"
        )
        end = size - 1 if last is None else min(last, size - 1)
        assert got["ResponseMetadata"]["HTTPStatusCode"] == 206
        assert got["Body"].read() == body[first : end + 1]
        assert got["ContentRange"] == f"bytes {first}-{end}/{size}"
        assert got["ContentLength"] == end - first + 1
        assert got["ETag"] == f'"{md5_hex(body)}"'

    @pytest.mark.parametrize("count", [1, 10, 999, 10**9])
    def test_a_suffix_is_cut_out(self, s3, bucket, body, size, count):
        got = s3.get_object(Bucket=bucket, Key="object", Range=f"bytes=-{count}")
        assert got["ResponseMetadata"]["HTTPStatusCode"] == 206
        assert got["Body"].read() == body[-min(count, size) :]

    @pytest.mark.parametrize("past", [0, 1, 10**6])
    def test_a_range_past_the_end_is_refused(self, s3, bucket, body, size, past):
        with pytest.raises(ClientError) as caught:
            s3.get_object(Bucket=bucket, Key="object", Range=f"bytes={size + past}-")
        assert error_of(caught) == ("InvalidRange", 416)

    def test_a_suffix_of_nothing_is_refused(self, s3, bucket, body):
        with pytest.raises(ClientError) as caught:
            s3.get_object(Bucket=bucket, Key="object", Range="bytes=-0")
        assert error_of(caught) == ("InvalidRange", 416)

    def test_a_range_over_a_block_boundary_is_cut_out(self, s3, bucket, body, size):
        first, last = (MIB - 3, MIB + 2) if size > MIB else (400, 405)
        got = s3.get_object(Bucket=bucket, Key="object", Range=f"bytes={first}-{last}")
        assert got["Body"].read() == body[first : last + 1]

    def test_head_answers_a_range_like_get(self, s3, bucket, body, size):
        head = s3.head_object(Bucket=bucket, Key="object", Range="bytes=10-19")
        assert head["ResponseMetadata"]["HTTPStatusCode"] == 206
        assert head["ContentLength"] == 10
        assert head["ResponseMetadata"]["HTTPHeaders"]["content-range"] == f"bytes 10-19/{size}"

    def test_nonsense_in_place_of_a_range_gives_the_whole(self, s3, bucket, body):
        got = s3.get_object(Bucket=bucket, Key="object", Range="lines=1-2")
        assert got["ResponseMetadata"]["HTTPStatusCode"] == 200
        assert got["Body"].read() == body


def test_deleting_what_is_not_there_succeeds(s3, bucket):
    answer = s3.delete_object(Bucket=bucket, Key="never/was")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204


def test_a_size_that_is_not_that_of_the_object_keeps_it(s3, bucket):
    s3.put_object(Bucket=bucket, Key="by-size", Body=b"1234")
    s3.put_object(Bucket=bucket, Key="plain", Body=b"1234")
    answer = s3.delete_objects(
        Bucket=bucket, Delete={"Objects": [{"Key": "by-size", "Size": 5}, {"Key": "plain"}]}
    )
    assert [(error["Key"], error["Code"]) for error in answer["Errors"]] == [("by-size", "PreconditionFailed")]
    assert [entry["Key"] for entry in answer["Deleted"]] == ["plain"]
    assert s3.get_object(Bucket=bucket, Key="by-size")["Body"].read() == b"1234"


def test_reading_what_is_not_there_is_404(s3, bucket):
    with pytest.raises(ClientError) as caught:
        s3.get_object(Bucket=bucket, Key="never")
    assert error_of(caught) == ("NoSuchKey", 404)
    assert caught.value.response["Error"]["Key"] == "never"
    with pytest.raises(ClientError) as caught:
        s3.head_object(Bucket=bucket, Key="never")
    assert error_of(caught)[1] == 404


def test_a_prefix_is_not_an_object(s3, bucket):
    s3.put_object(Bucket=bucket, Key="folder/inside", Body=b"x")
    for key in ("folder", "folder/", "folder/inside/", "folder/inside/deeper"):
        with pytest.raises(ClientError) as caught:
            s3.get_object(Bucket=bucket, Key=key)
        assert error_of(caught) == ("NoSuchKey", 404), key


def test_an_object_and_objects_below_its_name_live_side_by_side(s3, bucket):
    for key in ("a", "a/b", "a/b/c", "a/"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"" if key.endswith("/") else key.encode())
    for key in ("a", "a/b", "a/b/c", "a/"):
        assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == (
            b"" if key.endswith("/") else key.encode()
        )
    s3.delete_object(Bucket=bucket, Key="a")
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["a/", "a/b", "a/b/c"]
    s3.delete_object(Bucket=bucket, Key="a/b/c")
    assert s3.get_object(Bucket=bucket, Key="a/b")["Body"].read() == b"a/b"


class TestDeleteObjects:
    def test_a_thousand_keys_at_once(self, s3, bucket):
        keys = [f"many/{number:04}" for number in range(1000)]
        for key in keys[::10]:
            s3.put_object(Bucket=bucket, Key=key, Body=b"x")
        s3.put_object(Bucket=bucket, Key="other", Body=b"x")
        answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in keys]})
        assert sorted(entry["Key"] for entry in answer["Deleted"]) == keys
        assert "Errors" not in answer
        assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["other"]

    def test_more_than_a_thousand_are_refused(self, s3, bucket):
        s3.put_object(Bucket=bucket, Key="0", Body=b"x")
        with pytest.raises(ClientError) as caught:
            s3.delete_objects(
                Bucket=bucket, Delete={"Objects": [{"Key": f"{number}"} for number in range(1001)]}
            )
        assert error_of(caught) == ("MalformedXML", 400)
        assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 1

    def test_quiet_reports_errors_only(self, s3, bucket):
        s3.put_object(Bucket=bucket, Key="x", Body=b"x")
        answer = s3.delete_objects(
            Bucket=bucket, Delete={"Objects": [{"Key": "x"}, {"Key": "y"}], "Quiet": True}
        )
        assert "Deleted" not in answer and "Errors" not in answer
        assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0

    def test_odd_keys(self, s3, bucket):
        keys = ["a&b", "<tag>", "sp ace", "ü/日本", "\"quoted'", "tab\t", "d/", "🪶"]
        for key in keys:
            s3.put_object(Bucket=bucket, Key=key, Body=b"")
        answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in keys]})
        assert sorted(entry["Key"] for entry in answer["Deleted"]) == sorted(keys)
        assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_a_body_may_be_a_stream_without_a_length(s3, bucket):
    """upload_fileobj reads what cannot seek and sends parts when it is long."""

    class Pipe(io.RawIOBase):
        def __init__(self, body: bytes) -> None:
            self.source = io.BytesIO(body)

        def read(self, size: int = -1) -> bytes:
            return self.source.read(min(size, 65536) if size > 0 else size)

        def readable(self) -> bool:
            return True

        def seekable(self) -> bool:
            return False

    for size in (10, 9 * MIB):
        body = seeded_bytes("pipe", size)
        s3.upload_fileobj(Pipe(body), bucket, f"{size}")
        assert s3.get_object(Bucket=bucket, Key=f"{size}")["Body"].read() == body

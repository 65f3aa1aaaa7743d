"""minio-py: what its quick start does, and what sits on top of it."""

from __future__ import annotations

import datetime
import io
import urllib.request

import pytest
from minio import Minio
from minio.commonconfig import REPLACE, ComposeSource, CopySource
from minio.deleteobjects import DeleteObject
from minio.error import S3Error

from payloads import MIB, md5_hex, seeded_bytes
from trees import ODD_NAMES


@pytest.fixture
def client(endpoint) -> Minio:
    return Minio(
        endpoint=endpoint.netloc, access_key=endpoint.access_key, secret_key=endpoint.secret_key, secure=False
    )


def put(client: Minio, bucket: str, key: str, body: bytes, **arguments):
    return client.put_object(
        bucket_name=bucket, object_name=key, data=io.BytesIO(body), length=len(body), **arguments
    )


def read(client: Minio, bucket: str, key: str, **arguments) -> bytes:
    answer = client.get_object(bucket_name=bucket, object_name=key, **arguments)
    try:
        return answer.read()
    finally:
        answer.close()
        answer.release_conn()


def test_the_quick_start(client, bucket_name, tmp_path):
    assert not client.bucket_exists(bucket_name=bucket_name)
    client.make_bucket(bucket_name=bucket_name)
    assert client.bucket_exists(bucket_name=bucket_name)
    source = tmp_path / "source.txt"
    source.write_bytes(b"quick start")
    client.fput_object(bucket_name=bucket_name, object_name="my/file.txt", file_path=str(source))
    client.fget_object(
        bucket_name=bucket_name, object_name="my/file.txt", file_path=str(tmp_path / "back.txt")
    )
    assert (tmp_path / "back.txt").read_bytes() == b"quick start"
    assert bucket_name in [entry.name for entry in client.list_buckets()]
    client.remove_object(bucket_name=bucket_name, object_name="my/file.txt")
    client.remove_bucket(bucket_name=bucket_name)
    assert not client.bucket_exists(bucket_name=bucket_name)


@pytest.mark.parametrize("size", [0, 1, MIB, 12 * MIB])
def test_put_stat_get(client, bucket, size):
    body = seeded_bytes("minio-py", size)
    written = put(
        client, bucket, "object", body, part_size=5 * MIB, content_type="text/x", metadata={"colour": "blue"}
    )
    stat = client.stat_object(bucket_name=bucket, object_name="object")
    assert (stat.size, stat.etag, stat.content_type) == (size, written.etag, "text/x")
    assert {name.lower(): value for name, value in stat.metadata.items()}["x-amz-meta-colour"] == "blue"
    assert read(client, bucket, "object") == body


def test_a_stream_of_unknown_length(client, bucket):
    body = seeded_bytes("unknown", 11 * MIB + 3)
    client.put_object(
        bucket_name=bucket, object_name="object", data=io.BytesIO(body), length=-1, part_size=5 * MIB
    )
    assert read(client, bucket, "object") == body
    assert read(client, bucket, "object", offset=5 * MIB - 1, length=3) == body[5 * MIB - 1 : 5 * MIB + 2]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names(client, bucket, name):
    put(client, bucket, name, name.encode())
    assert read(client, bucket, name) == name.encode()
    assert [entry.object_name for entry in client.list_objects(bucket_name=bucket, recursive=True)] == [name]


def test_listing_folders_and_everything(client, bucket):
    for key in ("a/1", "a/2", "b/c/1", "top"):
        put(client, bucket, key, b"x")
    folders = [(entry.object_name, entry.is_dir) for entry in client.list_objects(bucket_name=bucket)]
    assert sorted(folders) == [("a/", True), ("b/", True), ("top", False)]
    every = [entry.object_name for entry in client.list_objects(bucket_name=bucket, recursive=True)]
    assert every == ["a/1", "a/2", "b/c/1", "top"]
    old = [
        entry.object_name
        for entry in client.list_objects(bucket_name=bucket, recursive=True, use_api_v1=True)
    ]
    assert old == every
    after = [
        entry.object_name
        for entry in client.list_objects(bucket_name=bucket, recursive=True, start_after="a/2")
    ]
    assert after == ["b/c/1", "top"]


def test_copying_composing_and_removing_many(client, bucket):
    body = seeded_bytes("compose", 5 * MIB)
    put(client, bucket, "one", body)
    put(client, bucket, "two", b"tail")
    client.copy_object(
        bucket_name=bucket, object_name="copy", source=CopySource(bucket_name=bucket, object_name="one")
    )
    assert read(client, bucket, "copy") == body
    client.copy_object(
        bucket_name=bucket,
        object_name="copy",
        source=CopySource(bucket_name=bucket, object_name="copy"),
        metadata={"new": "1"},
        metadata_directive=REPLACE,
    )
    renewed = client.stat_object(bucket_name=bucket, object_name="copy")
    assert {name.lower(): value for name, value in renewed.metadata.items()}["x-amz-meta-new"] == "1"
    client.compose_object(
        bucket_name=bucket,
        object_name="both",
        sources=[
            ComposeSource(bucket_name=bucket, object_name="one"),
            ComposeSource(bucket_name=bucket, object_name="two"),
        ],
    )
    assert read(client, bucket, "both") == body + b"tail"
    names = [entry.object_name for entry in client.list_objects(bucket_name=bucket)]
    errors = client.remove_objects(
        bucket_name=bucket, delete_object_list=[DeleteObject(name) for name in names]
    )
    assert list(errors) == []
    assert list(client.list_objects(bucket_name=bucket)) == []


def test_presigned_addresses(client, bucket):
    hour = datetime.timedelta(hours=1)
    put_url = client.presigned_put_object(bucket_name=bucket, object_name="sp ace", expires=hour)
    with urllib.request.urlopen(
        urllib.request.Request(put_url, data=b"by url", method="PUT", headers={"Content-Type": "text/plain"})
    ) as answer:
        assert answer.status == 200
    get_url = client.presigned_get_object(bucket_name=bucket, object_name="sp ace", expires=hour)
    with urllib.request.urlopen(get_url) as answer:
        assert answer.read() == b"by url"


def test_errors_have_their_codes(client, bucket, bucket_name):
    with pytest.raises(S3Error) as caught:
        client.get_object(bucket_name=bucket, object_name="never")
    assert caught.value.code == "NoSuchKey"
    with pytest.raises(S3Error) as caught:
        client.stat_object(bucket_name=bucket, object_name="never")
    assert caught.value.code == "NoSuchKey"
    with pytest.raises(S3Error) as caught:
        list(client.list_objects(bucket_name=f"{bucket_name}-never"))
    assert caught.value.code == "NoSuchBucket"
    with pytest.raises(S3Error) as caught:
        client.make_bucket(bucket_name=bucket)
    assert caught.value.code == "BucketAlreadyOwnedByYou"


def test_the_etag_is_the_md5(client, bucket):
    assert put(client, bucket, "object", b"body").etag == md5_hex(b"body")

"""minio-py: what its quick start does, and what sits on top of it."""

from __future__ import annotations

import datetime
import io
import json
import urllib.error
import urllib.request

import pytest
import urllib3
from minio import Minio
from minio.commonconfig import (
    COMPLIANCE,
    COPY,
    ENABLED,
    GOVERNANCE,
    REPLACE,
    ComposeSource,
    CopySource,
    Filter,
    Tags,
)
from minio.datatypes import PostPolicy
from minio.deleteobjects import DeleteObject
from minio.error import S3Error
from minio.lifecycleconfig import AbortIncompleteMultipartUpload, Expiration, LifecycleConfig, Rule
from minio.objectlockconfig import DAYS, ObjectLockConfig
from minio.retention import Retention
from minio.versioningconfig import SUSPENDED, VersioningConfig

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


@pytest.fixture
def locked(client, bucket_name) -> str:
    client.make_bucket(bucket_name=bucket_name, object_lock=True)
    return bucket_name


def named(bucket: str, key: str = "key", version: str | None = None) -> dict:
    return {"bucket_name": bucket, "object_name": key} | ({"version_id": version} if version else {})


def code_of(call, **arguments) -> str:
    with pytest.raises(S3Error) as caught:
        call(**arguments)
    return caught.value.code


def tags_of(**values: str) -> Tags:
    tags = Tags(for_object=True)
    tags.update(values)
    return tags


def test_versions_and_delete_markers(client, bucket):
    assert client.get_bucket_versioning(bucket_name=bucket).status is None
    client.set_bucket_versioning(bucket_name=bucket, config=VersioningConfig(ENABLED))
    assert client.get_bucket_versioning(bucket_name=bucket).status == ENABLED
    versions = [put(client, bucket, "key", body).version_id for body in (b"one", b"two")]
    client.remove_object(**named(bucket))
    assert code_of(client.get_object, **named(bucket)) == "NoSuchKey"
    listed = list(client.list_objects(bucket_name=bucket, include_version=True))
    marker = next(entry for entry in listed if entry.is_delete_marker)
    others = [entry for entry in listed if not entry.is_delete_marker]
    assert (marker.is_latest, [entry.is_latest for entry in others]) == ("true", ["false", "false"])
    assert [entry.version_id for entry in others] == versions[::-1]
    assert read(client, bucket, "key", version_id=versions[0]) == b"one"
    client.remove_object(**named(bucket, version=marker.version_id))
    assert read(client, bucket, "key") == b"two"
    client.set_bucket_versioning(bucket_name=bucket, config=VersioningConfig(SUSPENDED))
    for body in (b"null", b"null again"):
        put(client, bucket, "key", body)
    listed = list(client.list_objects(bucket_name=bucket, include_version=True))
    assert [entry.version_id for entry in listed] == ["null", *versions[::-1]]
    assert read(client, bucket, "key") == b"null again"
    everything = [DeleteObject("key", entry.version_id) for entry in listed]
    assert list(client.remove_objects(bucket_name=bucket, delete_object_list=everything)) == []
    assert list(client.list_objects(bucket_name=bucket, include_version=True)) == []


def test_retention_legal_holds_and_bypassing(client, locked):
    soon = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) + datetime.timedelta(hours=2)
    client.set_object_lock_config(bucket_name=locked, config=ObjectLockConfig(GOVERNANCE, 1, DAYS))
    found = client.get_object_lock_config(bucket_name=locked)
    assert (found.mode, found.duration, found.duration_unit) == (GOVERNANCE, 1, "Days")
    version = put(client, locked, "key", b"by default").version_id
    assert client.get_object_retention(**named(locked)).mode == GOVERNANCE
    assert code_of(client.remove_object, **named(locked, version=version)) == "AccessDenied"
    doomed = [DeleteObject("key", version)]
    errors = list(client.remove_objects(bucket_name=locked, delete_object_list=doomed))
    assert [error.code for error in errors] == ["AccessDenied"]
    assert read(client, locked, "key") == b"by default"
    errors = client.remove_objects(
        bucket_name=locked, delete_object_list=doomed, bypass_governance_mode=True
    )
    assert list(errors) == []
    client.delete_object_lock_config(bucket_name=locked)
    held = put(client, locked, "held", b"held", legal_hold=True).version_id
    assert client.is_object_legal_hold_enabled(**named(locked, "held"))
    assert code_of(client.remove_object, **named(locked, "held", held)) == "AccessDenied"
    client.disable_object_legal_hold(**named(locked, "held"))
    client.remove_object(**named(locked, "held", held))
    kept = put(client, locked, "kept", b"kept", retention=Retention(GOVERNANCE, soon)).version_id
    found = client.get_object_retention(**named(locked, "kept"))
    assert (found.mode, found.retain_until_date) == (GOVERNANCE, soon)
    longer = Retention(COMPLIANCE, soon + datetime.timedelta(hours=1))
    assert code_of(client.set_object_retention, config=longer, **named(locked, "kept")) == "AccessDenied"
    longer = Retention(GOVERNANCE, soon + datetime.timedelta(hours=1))
    client.set_object_retention(config=longer, **named(locked, "kept"))
    assert client.get_object_retention(**named(locked, "kept")).retain_until_date == longer.retain_until_date
    client.enable_object_legal_hold(**named(locked, "kept"))
    assert code_of(client.remove_object, **named(locked, "kept", kept)) == "AccessDenied"
    assert read(client, locked, "kept", version_id=kept) == b"kept"


def test_tags_of_objects_and_buckets(client, bucket):
    put(client, bucket, "key", b"text", tags=tags_of(colour="blue", shape="a b+c"))
    assert client.get_object_tags(**named(bucket)) == {"colour": "blue", "shape": "a b+c"}
    source = CopySource(bucket_name=bucket, object_name="key")
    client.copy_object(**named(bucket, "same"), source=source, tagging_directive=COPY)
    assert client.get_object_tags(**named(bucket, "same")) == {"colour": "blue", "shape": "a b+c"}
    replaced = {"tags": tags_of(n="1"), "tagging_directive": REPLACE}
    client.copy_object(**named(bucket, "other"), source=source, **replaced)
    assert client.get_object_tags(**named(bucket, "other")) == {"n": "1"}
    assert read(client, bucket, "other") == b"text"
    client.set_object_tags(**named(bucket), tags=tags_of(only="one"))
    assert client.get_object_tags(**named(bucket)) == {"only": "one"}
    client.delete_object_tags(**named(bucket))
    assert client.get_object_tags(**named(bucket)) is None
    tags = Tags(for_object=False)
    tags["owner"] = "me"
    client.set_bucket_tags(bucket_name=bucket, tags=tags)
    assert client.get_bucket_tags(bucket_name=bucket) == {"owner": "me"}
    client.delete_bucket_tags(bucket_name=bucket)
    assert client.get_bucket_tags(bucket_name=bucket) is None


def test_a_policy_opens_a_bucket(client, endpoint, bucket):
    def anonymous() -> bytes:
        with urllib.request.urlopen(f"{endpoint.url}/{bucket}/key") as answer:
            return answer.read()

    put(client, bucket, "key", b"for all")
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": ["s3:GetObject"],
        "Resource": [f"arn:aws:s3:::{bucket}/*"],
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    with pytest.raises(urllib.error.HTTPError):
        anonymous()
    client.set_bucket_policy(bucket_name=bucket, policy=json.dumps(policy))
    assert json.loads(client.get_bucket_policy(bucket_name=bucket)) == policy
    assert anonymous() == b"for all"
    client.delete_bucket_policy(bucket_name=bucket)
    with pytest.raises(urllib.error.HTTPError):
        anonymous()
    assert code_of(client.get_bucket_policy, bucket_name=bucket) == "NoSuchBucketPolicy"


def test_lifecycle_rules(client, bucket):
    assert client.get_bucket_lifecycle(bucket_name=bucket) is None
    rules = [
        Rule(
            ENABLED,
            rule_filter=Filter(prefix="logs/"),
            rule_id="logs",
            expiration=Expiration(days=3),
            abort_incomplete_multipart_upload=AbortIncompleteMultipartUpload(days_after_initiation=2),
        )
    ]
    client.set_bucket_lifecycle(bucket_name=bucket, config=LifecycleConfig(rules))
    found = client.get_bucket_lifecycle(bucket_name=bucket).rules
    assert [(rule.rule_id, rule.rule_filter.prefix, rule.expiration.days) for rule in found] == [
        ("logs", "logs/", 3)
    ]
    assert found[0].abort_incomplete_multipart_upload.days_after_initiation == 2
    put(client, bucket, "logs/a", b"short lived")
    headers = client.stat_object(**named(bucket, "logs/a")).metadata
    assert 'rule-id="logs"' in {name.lower(): text for name, text in headers.items()}["x-amz-expiration"]
    client.delete_bucket_lifecycle(bucket_name=bucket)
    assert client.get_bucket_lifecycle(bucket_name=bucket) is None


def test_a_form_as_a_browser_sends_it(client, endpoint, bucket):
    policy = PostPolicy(bucket, datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=5))
    policy.add_starts_with_condition("key", "mine/")
    policy.add_equals_condition("Content-Type", "image/jpeg")
    policy.add_content_length_range_condition(1, MIB)
    signed = client.presigned_post_policy(policy=policy)

    def send(key: str, body: bytes, **fields: str) -> urllib3.BaseHTTPResponse:
        form = {"Content-Type": "image/jpeg", **signed, "key": key, **fields}
        return urllib3.PoolManager().request(
            "POST", f"{endpoint.url}/{bucket}", fields={**form, "file": ("cat.jpg", body, "image/jpeg")}
        )

    cat = seeded_bytes("cat", MIB)
    assert send("mine/cat", cat).status == 204
    assert read(client, bucket, "mine/cat") == cat
    assert client.stat_object(**named(bucket, "mine/cat")).content_type == "image/jpeg"
    assert send("mine/${filename}", b"named by its file").status == 204
    assert read(client, bucket, "mine/cat.jpg") == b"named by its file"
    for answer, code in (
        (send("yours/cat", b"x"), b"AccessDenied"),
        (send("mine/large", cat + b"x"), b"EntityTooLarge"),
        (send("mine/none", b""), b"EntityTooSmall"),
        (send("mine/forged", b"x", **{"x-amz-signature": "0" * 64}), b"SignatureDoesNotMatch"),
    ):
        assert answer.status in (400, 403) and b"<Code>" + code + b"</Code>" in answer.data
    listed = [entry.object_name for entry in client.list_objects(bucket_name=bucket, recursive=True)]
    assert listed == ["mine/cat", "mine/cat.jpg"]


def test_copies_with_conditions_and_of_versions(client, bucket):
    client.set_bucket_versioning(bucket_name=bucket, config=VersioningConfig(ENABLED))
    old = put(client, bucket, "from", b"old", metadata={"colour": "blue"})
    put(client, bucket, "from", b"new")
    source = CopySource(bucket_name=bucket, object_name="from", version_id=old.version_id)
    client.copy_object(**named(bucket, "to"), source=source)
    assert read(client, bucket, "to") == b"old"
    wrong = CopySource(bucket_name=bucket, object_name="from", match_etag=old.etag)
    assert code_of(client.copy_object, source=wrong, **named(bucket, "to")) == "PreconditionFailed"
    right = CopySource(bucket_name=bucket, object_name="from", not_match_etag=old.etag)
    client.copy_object(**named(bucket, "to"), source=right)
    assert read(client, bucket, "to") == b"new"
    late = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)
    unmodified = CopySource(bucket_name=bucket, object_name="from", unmodified_since=late)
    assert code_of(client.copy_object, source=unmodified, **named(bucket, "to")) == "PreconditionFailed"


def test_composing_of_ranges(client, bucket):
    body = seeded_bytes("ranges", 12 * MIB)
    put(client, bucket, "one", body)
    sources = [
        ComposeSource(bucket_name=bucket, object_name="one", offset=MIB, length=6 * MIB),
        ComposeSource(bucket_name=bucket, object_name="one", offset=12 * MIB - 3, length=3),
    ]
    client.compose_object(**named(bucket, "two"), sources=sources, metadata={"made": "of parts"})
    assert read(client, bucket, "two") == body[MIB : 7 * MIB] + body[-3:]
    stat = client.stat_object(**named(bucket, "two"))
    assert stat.etag.endswith("-2")
    assert {name.lower(): text for name, text in stat.metadata.items()}["x-amz-meta-made"] == "of parts"


def test_presigned_addresses_of_versions(client, bucket):
    client.set_bucket_versioning(bucket_name=bucket, config=VersioningConfig(ENABLED))
    old = put(client, bucket, "key", b"old").version_id
    put(client, bucket, "key", b"new")
    headers = {"response-content-type": "text/x", "response-content-disposition": "attachment"}
    url = client.presigned_get_object(**named(bucket, version=old), response_headers=headers)
    with urllib.request.urlopen(url) as answer:
        assert (answer.read(), answer.headers["Content-Type"]) == (b"old", "text/x")
        assert answer.headers["Content-Disposition"] == "attachment"


def test_settings_that_are_not_there(client, bucket):
    assert client.get_bucket_encryption(bucket_name=bucket) is None
    assert client.get_bucket_replication(bucket_name=bucket) is None
    notification = client.get_bucket_notification(bucket_name=bucket)
    assert not notification.queue_config_list and not notification.topic_config_list
    code = code_of(client.get_object_lock_config, bucket_name=bucket)
    assert code == "ObjectLockConfigurationNotFoundError"

"""boto3, minio-py: versions that cannot be deleted."""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import time
import zipfile

import pytest
from botocore.exceptions import ClientError
from minio import Minio
from minio.commonconfig import COMPLIANCE, GOVERNANCE
from minio.objectlockconfig import DAYS, ObjectLockConfig
from minio.retention import Retention

import s3_clients
from s3_clients import error_of
from test_admin import plain
from test_bytes import Fixture


def soon(seconds: float) -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)


def default(mode: str, **period):
    return {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": mode, **period}}}


@pytest.fixture
def locking(s3, bucket_name):
    s3.create_bucket(Bucket=bucket_name, ObjectLockEnabledForBucket=True)
    return bucket_name


def refused(call, *expected, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    assert error_of(caught) == expected


def put(s3, bucket, key, **arguments) -> str:
    return s3.put_object(Bucket=bucket, Key=key, Body=b"body", **arguments)["VersionId"]


def test_a_bucket_with_locks_keeps_versions(s3, locking):
    assert s3.get_bucket_versioning(Bucket=locking)["Status"] == "Enabled"
    answer = s3.get_object_lock_configuration(Bucket=locking)["ObjectLockConfiguration"]
    assert answer == {"ObjectLockEnabled": "Enabled"}
    refused(
        s3.put_bucket_versioning,
        "InvalidBucketState",
        409,
        Bucket=locking,
        VersioningConfiguration={"Status": "Suspended"},
    )


def test_locks_come_to_buckets_that_keep_versions_and_do_not_go(s3, bucket):
    wanted = default("GOVERNANCE", Years=1)
    arguments = {"Bucket": bucket, "ObjectLockConfiguration": wanted}
    refused(s3.get_object_lock_configuration, "ObjectLockConfigurationNotFoundError", 404, Bucket=bucket)
    refused(s3.put_object_lock_configuration, "InvalidBucketState", 409, **arguments)
    s3.put_object(Bucket=bucket, Key="before", Body=b"x")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object_lock_configuration(**arguments)
    assert s3.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"] == wanted
    s3.delete_object(Bucket=bucket, Key="before", VersionId="null")
    version = put(s3, bucket, "after")
    refused(s3.delete_object, "AccessDenied", 403, Bucket=bucket, Key="after", VersionId=version)
    s3.put_object_lock_configuration(
        Bucket=bucket, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"}
    )
    version = put(s3, bucket, "free")
    s3.delete_object(Bucket=bucket, Key="free", VersionId=version)


def test_compliance_holds_to_the_second_and_against_everybody(s3, locking):
    # botocore sends whole seconds.
    until = soon(4).replace(microsecond=0)
    version = put(s3, locking, "key", ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=until)
    named = {"Bucket": locking, "Key": "key", "VersionId": version}
    refused(s3.delete_object, "AccessDenied", 403, **named)
    refused(s3.delete_object, "AccessDenied", 403, **named, BypassGovernanceRetention=True)
    for retention in (
        {"Mode": "GOVERNANCE", "RetainUntilDate": soon(60)},
        {"Mode": "COMPLIANCE", "RetainUntilDate": soon(1)},
        {},
    ):
        refused(
            s3.put_object_retention,
            "AccessDenied",
            403,
            **named,
            Retention=retention,
            BypassGovernanceRetention=True,
        )
    assert s3.get_object(**named)["Body"].read() == b"body"
    assert s3.head_object(**named)["ObjectLockMode"] == "COMPLIANCE"
    deadline = time.monotonic() + 30
    while True:
        try:
            s3.delete_object(**named)
            break
        except ClientError:
            assert soon(0) < until + datetime.timedelta(seconds=1) and time.monotonic() < deadline
            time.sleep(0.1)
    assert soon(0) >= until - datetime.timedelta(milliseconds=1)


def test_governance_yields_to_who_bypasses_it(s3, locking):
    version = put(s3, locking, "key")
    named = {"Bucket": locking, "Key": "key", "VersionId": version}
    refused(s3.get_object_retention, "NoSuchObjectLockConfiguration", 404, **named)
    s3.put_object_retention(**named, Retention={"Mode": "GOVERNANCE", "RetainUntilDate": soon(600)})
    s3.put_object_retention(**named, Retention={"Mode": "GOVERNANCE", "RetainUntilDate": soon(900)})
    shorter = {"Mode": "GOVERNANCE", "RetainUntilDate": soon(300)}
    refused(s3.put_object_retention, "AccessDenied", 403, **named, Retention=shorter)
    s3.put_object_retention(**named, Retention=shorter, BypassGovernanceRetention=True)
    assert s3.get_object_retention(**named)["Retention"]["Mode"] == "GOVERNANCE"
    refused(s3.delete_object, "AccessDenied", 403, **named)
    s3.put_object_retention(**named, Retention={}, BypassGovernanceRetention=True)
    refused(s3.get_object_retention, "NoSuchObjectLockConfiguration", 404, **named)
    s3.delete_object(**named)


def test_a_hold_is_put_and_taken_off(s3, locking):
    version = put(s3, locking, "key", ObjectLockLegalHoldStatus="ON")
    named = {"Bucket": locking, "Key": "key", "VersionId": version}
    assert s3.get_object_legal_hold(**named)["LegalHold"] == {"Status": "ON"}
    refused(s3.delete_object, "AccessDenied", 403, **named, BypassGovernanceRetention=True)
    marker = s3.delete_object(Bucket=locking, Key="key")
    assert marker["DeleteMarker"]
    s3.delete_object(Bucket=locking, Key="key", VersionId=marker["VersionId"])
    s3.put_object_tagging(**named, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    s3.put_object_legal_hold(**named, LegalHold={"Status": "OFF"})
    assert s3.head_object(**named)["ObjectLockLegalHoldStatus"] == "OFF"
    s3.delete_object(**named)


def test_uploads_and_copies_get_the_default_or_their_own(s3, locking):
    s3.put_object_lock_configuration(Bucket=locking, ObjectLockConfiguration=default("GOVERNANCE", Days=1))

    def upload(key, **arguments):
        upload_id = s3.create_multipart_upload(Bucket=locking, Key=key, **arguments)["UploadId"]
        named = {"Bucket": locking, "Key": key, "UploadId": upload_id}
        part = s3.upload_part(**named, PartNumber=1, Body=b"x")
        parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
        s3.complete_multipart_upload(**named, MultipartUpload=parts)

    own = {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": soon(2)}
    upload("defaulted")
    upload("own", **own)
    source = {"Bucket": locking, "Key": "own"}
    s3.copy_object(Bucket=locking, Key="copied", CopySource=source)
    s3.copy_object(Bucket=locking, Key="copied-own", CopySource=source, **own)
    for key, mode in (
        ("defaulted", "GOVERNANCE"),
        ("own", "COMPLIANCE"),
        ("copied", "GOVERNANCE"),
        ("copied-own", "COMPLIANCE"),
    ):
        head = s3.head_object(Bucket=locking, Key=key)
        assert head["ObjectLockMode"] == mode, key
        refused(s3.delete_object, "AccessDenied", 403, Bucket=locking, Key=key, VersionId=head["VersionId"])
        if mode == "GOVERNANCE":
            assert datetime.timedelta(hours=23) < head["ObjectLockRetainUntilDate"] - soon(0)


def test_a_batch_deletes_what_it_may(s3, locking):
    held = put(s3, locking, "held", ObjectLockLegalHoldStatus="ON")
    kept = put(s3, locking, "kept", ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=soon(600))
    free = put(s3, locking, "free")
    objects = [
        {"Key": key, "VersionId": version} for key, version in (("held", held), ("kept", kept), ("free", free))
    ]
    answer = s3.delete_objects(Bucket=locking, Delete={"Objects": objects})
    assert {error["Key"]: error["Code"] for error in answer["Errors"]} == {
        "held": "AccessDenied",
        "kept": "AccessDenied",
    }
    assert [deleted["Key"] for deleted in answer["Deleted"]] == ["free"]
    answer = s3.delete_objects(
        Bucket=locking, Delete={"Objects": objects[:2]}, BypassGovernanceRetention=True
    )
    assert [error["Key"] for error in answer["Errors"]] == ["held"]
    assert [deleted["Key"] for deleted in answer["Deleted"]] == ["kept"]


def test_what_cannot_be_locked_is_refused_and_not_stored(s3, locking):
    past = {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": soon(-60)}
    refused(s3.put_object, "InvalidArgument", 400, Bucket=locking, Key="key", Body=b"x", **past)
    refused(
        s3.put_object, "InvalidArgument", 400, Bucket=locking, Key="key", Body=b"x", ObjectLockMode="GOVERNANCE"
    )
    assert s3.list_objects_v2(Bucket=locking)["KeyCount"] == 0


def test_a_bucket_without_locks_refuses_them(s3, bucket):
    refused(
        s3.put_object,
        "InvalidRequest",
        400,
        Bucket=bucket,
        Key="key",
        Body=b"x",
        ObjectLockLegalHoldStatus="ON",
    )
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_minio_py_locks(endpoint, bucket_name):
    client = Minio(
        endpoint=endpoint.netloc, access_key=endpoint.access_key, secret_key=endpoint.secret_key, secure=False
    )
    client.make_bucket(bucket_name=bucket_name, object_lock=True)
    client.set_object_lock_config(bucket_name=bucket_name, config=ObjectLockConfig(GOVERNANCE, 15, DAYS))
    config = client.get_object_lock_config(bucket_name=bucket_name)
    assert (config.mode, config.duration, config.duration_unit) == (GOVERNANCE, 15, DAYS)
    client.delete_object_lock_config(bucket_name=bucket_name)
    named = {"bucket_name": bucket_name, "object_name": "key"}
    result = client.put_object(
        **named, data=io.BytesIO(b"x"), length=1, retention=Retention(COMPLIANCE, soon(2)), legal_hold=True
    )
    assert client.is_object_legal_hold_enabled(**named)
    client.disable_object_legal_hold(**named)
    assert not client.is_object_legal_hold_enabled(**named)
    client.set_object_retention(**named, config=Retention(COMPLIANCE, soon(3)))
    assert client.get_object_retention(**named, version_id=result.version_id).mode == COMPLIANCE


def test_locks_and_tags_that_minio_stored_are_in_force(start_server):
    fixture = Fixture("ec4")
    server = start_server(
        unpacks=fixture.archive,
        access_key=fixture.manifest["root_user"],
        secret_key=fixture.manifest["root_password"],
    )
    s3 = s3_clients.client(server.endpoint)
    assert s3.get_bucket_tagging(Bucket="fx-config")["TagSet"] == [{"Key": "env", "Value": "fixture"}]
    rule = s3.get_object_lock_configuration(Bucket="fx-lock")["ObjectLockConfiguration"]["Rule"]
    assert rule["DefaultRetention"] == {"Mode": "GOVERNANCE", "Days": 1}
    locked = {entry["key"]: entry for entry in fixture.manifest["objects"] if entry["bucket"] == "fx-lock"}
    assert set(locked) == {"held", "gov", "defaulted"}
    named = {
        key: {"Bucket": "fx-lock", "Key": key, "VersionId": entry["version_id"]} for key, entry in locked.items()
    }
    refused(s3.delete_object, "AccessDenied", 403, **named["held"], BypassGovernanceRetention=True)
    assert s3.get_object_legal_hold(**named["held"])["LegalHold"]["Status"] == "ON"
    refused(s3.delete_object, "AccessDenied", 403, **named["gov"])
    stored = s3.get_object_retention(**named["gov"])["Retention"]
    assert stored["RetainUntilDate"].isoformat() == locked["gov"]["retain_until"]
    longer = {"Mode": "GOVERNANCE", "RetainUntilDate": stored["RetainUntilDate"] + datetime.timedelta(days=1)}
    s3.put_object_retention(**named["gov"], Retention=longer)
    assert s3.get_object_retention(**named["gov"])["Retention"] == longer
    s3.put_object_legal_hold(**named["held"], LegalHold={"Status": "OFF"})
    s3.put_object_tagging(**named["gov"], Tagging={"TagSet": [{"Key": "a", "Value": "b c"}]})
    for key in named:
        body = s3.get_object(**named[key])["Body"].read()
        assert hashlib.sha256(body).hexdigest() == locked[key]["sha256"], key
    version = put(s3, "fx-lock", "new")
    refused(s3.delete_object, "AccessDenied", 403, Bucket="fx-lock", Key="new", VersionId=version)
    s3.delete_object(**named["gov"], BypassGovernanceRetention=True)
    s3.put_bucket_tagging(Bucket="fx-config", Tagging={"TagSet": [{"Key": "env", "Value": "other"}]})
    assert s3.get_bucket_tagging(Bucket="fx-config")["TagSet"] == [{"Key": "env", "Value": "other"}]


def test_locks_and_tags_move_with_a_buckets_settings(endpoint, s3, bucket_name):
    """Into a bucket that is not there yet, from an archive in MinIO's order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in (
            ("tagging.xml", "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"),
            (
                "object-lock.xml",
                "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>"
                "<Mode>GOVERNANCE</Mode><Days>3</Days></DefaultRetention></Rule></ObjectLockConfiguration>",
            ),
            ("versioning.xml", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"),
        ):
            archive.writestr(f"{bucket_name}/{name}", text)
    answer = plain(endpoint, "PUT", "import-bucket-metadata", body=buffer.getvalue())
    assert answer.status == 200, answer.body
    report = json.loads(answer.body)["buckets"][bucket_name]
    assert [report[key] for key in ("tagging", "olock", "versioning")] == [{"isSet": True}] * 3
    version = put(s3, bucket_name, "key")
    refused(s3.delete_object, "AccessDenied", 403, Bucket=bucket_name, Key="key", VersionId=version)
    assert s3.get_bucket_tagging(Bucket=bucket_name)["TagSet"] == [{"Key": "a", "Value": "b"}]
    exported = plain(endpoint, "GET", "export-bucket-metadata", {"bucket": bucket_name}).body
    with zipfile.ZipFile(io.BytesIO(exported)) as archive:
        names = {f"{bucket_name}/{name}.xml" for name in ("object-lock", "tagging", "versioning")}
        assert set(archive.namelist()) == names

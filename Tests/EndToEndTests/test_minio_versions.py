"""What MinIO's drives say of versions, markers, locks, tags and buckets is served as it is."""

from __future__ import annotations

import datetime
import hashlib
import subprocess
import sys

import pytest
from botocore.exceptions import ClientError

import s3_clients
from martlet_process import MartletProcess, fixtures_folder
from s3_clients import error_of
from test_bytes import Fixture


@pytest.fixture
def fixture() -> Fixture:
    return Fixture("ec4")


@pytest.fixture
def minios_drives(start_server, fixture) -> MartletProcess:
    return start_server(
        unpacks=fixture.archive,
        access_key=fixture.manifest["root_user"],
        secret_key=fixture.manifest["root_password"],
    )


@pytest.fixture
def client(minios_drives):
    return s3_clients.client(minios_drives.endpoint)


def verify(server: MartletProcess, fixture: Fixture) -> None:
    """Runs the verifier that lies beside the manifests; it reads all that they list."""
    program = fixtures_folder() / "verify.py"
    run = subprocess.run(
        [sys.executable, str(program), str(fixture.manifest_path), server.endpoint.url],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stdout[-6000:]
    assert f"objects checked {len(fixture.manifest['objects'])} failures 0" in run.stdout


@pytest.mark.timeout(600)
def test_the_verifier_finds_nothing_wrong(minios_drives, fixture):
    verify(minios_drives, fixture)
    minios_drives.stop()
    minios_drives.judge(fixture.manifest_path)
    minios_drives.start()
    verify(minios_drives, fixture)


def named(entry: dict) -> dict:
    """What asks for an entry of a manifest: one without a version's id is the newest."""
    version = entry.get("version_id")
    return {"Bucket": entry["bucket"], "Key": entry["key"]} | ({"VersionId": version} if version else {})


def time(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


def test_versions_are_listed_in_pages_of_any_size(client, fixture):
    for bucket, listing in fixture.manifest["listing"].items():
        wanted = {
            (
                entry["key"],
                entry["version_id"],
                entry["is_latest"],
                entry["delete_marker"],
                entry.get("size"),
                entry.get("etag"),
                time(entry["last_modified"]),
            )
            for entry in listing["versions"]
        }
        for size in (1, 3, 1000):
            found = []
            for page in client.get_paginator("list_object_versions").paginate(
                Bucket=bucket, PaginationConfig={"PageSize": size}
            ):
                entries = [(entry, False) for entry in page.get("Versions", [])]
                entries += [(entry, True) for entry in page.get("DeleteMarkers", [])]
                assert len(entries) <= size
                found += [
                    (
                        entry["Key"],
                        entry["VersionId"],
                        entry["IsLatest"],
                        is_marker,
                        entry.get("Size"),
                        entry.get("ETag"),
                        entry["LastModified"],
                    )
                    for entry, is_marker in entries
                ]
            assert set(found) == wanted, (bucket, size)
            assert len(found) == len(wanted)


def test_every_listed_version_is_read_by_its_id(client, fixture):
    """The null version below others too, of which only the listing tells."""
    described = {
        (entry["bucket"], entry["key"], entry.get("version_id")): entry["sha256"]
        for entry in fixture.manifest["objects"]
    }
    for bucket, listing in fixture.manifest["listing"].items():
        for entry in listing["versions"]:
            if entry["delete_marker"]:
                continue
            got = client.get_object(Bucket=bucket, Key=entry["key"], VersionId=entry["version_id"])
            body = got["Body"].read()
            assert (len(body), got["ETag"]) == (entry["size"], entry["etag"])
            if "-" not in entry["etag"]:
                assert f'"{hashlib.md5(body).hexdigest()}"' == entry["etag"]
            if sha256 := described.get((bucket, entry["key"], entry["version_id"])):
                assert hashlib.sha256(body).hexdigest() == sha256
            keeps_versions = bucket in ("fx-versioned", "fx-suspended", "fx-lock")
            assert got.get("VersionId") == (entry["version_id"] if keeps_versions else None), (bucket, entry)


def test_every_version_says_what_it_is_by_its_id(client, fixture):
    for entry in fixture.manifest["objects"]:
        head = client.head_object(**named(entry), ChecksumMode="ENABLED")
        assert (head["ContentLength"], head["ETag"]) == (entry["size"], entry["etag"])
        assert head["Metadata"] == entry.get("user_metadata", {})
        attributes = client.get_object_attributes(
            **named(entry), ObjectAttributes=["ETag", "ObjectSize", "ObjectParts", "StorageClass"]
        )
        assert attributes["ObjectSize"] == entry["size"]
        assert f'"{attributes["ETag"]}"' == entry["etag"]
        parts = entry.get("parts", [])
        if entry["kind"] == "multipart":
            assert attributes["ObjectParts"]["TotalPartsCount"] == len(parts)
        for part in parts:
            got = client.head_object(**named(entry), PartNumber=part["number"])
            assert (got["ContentLength"], got["PartsCount"]) == (part["size"], len(parts))
        tags = client.get_object_tagging(**named(entry))["TagSet"]
        assert {tag["Key"]: tag["Value"] for tag in tags} == entry.get("tags", {})
        assert head.get("TagCount", 0) == len(tags)


def test_markers_are_told_as_markers(client, fixture):
    for marker in fixture.manifest["delete_markers"]:
        for call in (client.head_object, client.get_object):
            with pytest.raises(ClientError) as caught:
                call(**named(marker))
            response = caught.value.response["ResponseMetadata"]
            assert response["HTTPStatusCode"] == 405
            assert response["HTTPHeaders"]["x-amz-delete-marker"] == "true"
            assert response["HTTPHeaders"].get("last-modified")
    hidden = [key for key, version in fixture.newest.items() if version["delete_marker"]]
    assert hidden
    for bucket, key in hidden:
        with pytest.raises(ClientError) as caught:
            client.get_object(Bucket=bucket, Key=key)
        assert error_of(caught) == ("NoSuchKey", 404)
        headers = caught.value.response["ResponseMetadata"]["HTTPHeaders"]
        assert headers["x-amz-delete-marker"] == "true"
        assert headers["x-amz-version-id"] == fixture.newest[bucket, key]["version_id"]


def locked(fixture: Fixture) -> list[dict]:
    return [entry for entry in fixture.manifest["objects"] if entry["bucket"] == "fx-lock"]


def test_locks_are_told_to_the_second(client, fixture):
    assert {entry["key"] for entry in locked(fixture)} == {"held", "gov", "defaulted"}
    for entry in locked(fixture):
        head = client.head_object(**named(entry))
        assert head.get("ObjectLockMode") == entry.get("lock_mode")
        assert head.get("ObjectLockLegalHoldStatus") == entry.get("legal_hold")
        if "retain_until" in entry:
            until = time(entry["retain_until"])
            assert head["ObjectLockRetainUntilDate"] == until
            retention = client.get_object_retention(**named(entry))["Retention"]
            assert retention == {"Mode": entry["lock_mode"], "RetainUntilDate": until}
        else:
            with pytest.raises(ClientError) as caught:
                client.get_object_retention(**named(entry))
            assert error_of(caught) == ("NoSuchObjectLockConfiguration", 404)
        if "legal_hold" in entry:
            hold = client.get_object_legal_hold(**named(entry))["LegalHold"]
            assert hold == {"Status": entry["legal_hold"]}


def test_locks_are_in_force(client, fixture):
    now = datetime.datetime.now(datetime.timezone.utc)
    for entry in locked(fixture):
        until = entry.get("retain_until")
        if until and time(until) <= now:
            continue  # the one that got the bucket's default was kept for a day
        with pytest.raises(ClientError) as caught:
            client.delete_object(**named(entry))
        assert error_of(caught) == ("AccessDenied", 403)
        if entry.get("legal_hold"):
            with pytest.raises(ClientError) as caught:
                client.delete_object(**named(entry), BypassGovernanceRetention=True)
            assert error_of(caught) == ("AccessDenied", 403)
    governed = next(entry for entry in locked(fixture) if entry["key"] == "gov")
    client.delete_object(**named(governed), BypassGovernanceRetention=True)
    held = next(entry for entry in locked(fixture) if entry["key"] == "held")
    client.put_object_legal_hold(**named(held), LegalHold={"Status": "OFF"})
    client.delete_object(**named(held))
    left = client.list_object_versions(Bucket="fx-lock")["Versions"]
    assert [entry["Key"] for entry in left] == ["defaulted"]


def test_buckets_are_as_minio_has_configured_them(client, fixture):
    status = {
        bucket: client.get_bucket_versioning(Bucket=bucket).get("Status")
        for bucket in fixture.manifest["listing"]
    }
    assert status == {
        "fx-basic": None,
        "fx-config": None,
        "fx-lock": "Enabled",
        "fx-suspended": "Suspended",
        "fx-versioned": "Enabled",
    }
    lock = client.get_object_lock_configuration(Bucket="fx-lock")["ObjectLockConfiguration"]
    assert lock == {
        "ObjectLockEnabled": "Enabled",
        "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}},
    }
    for bucket in set(status) - {"fx-lock"}:
        with pytest.raises(ClientError) as caught:
            client.get_object_lock_configuration(Bucket=bucket)
        assert error_of(caught) == ("ObjectLockConfigurationNotFoundError", 404)
    created = {entry["Name"]: entry["CreationDate"] for entry in client.list_buckets()["Buckets"]}
    for bucket, listing in fixture.manifest["listing"].items():
        wanted = time(listing["created"])
        assert abs(created[bucket] - wanted) < datetime.timedelta(seconds=1), bucket


def test_what_minio_never_stored_has_its_default(client):
    for bucket in ("fx-basic", "fx-versioned"):
        for call, code in (
            (client.get_bucket_cors, "NoSuchCORSConfiguration"),
            (client.get_bucket_website, "NoSuchWebsiteConfiguration"),
            (client.get_public_access_block, "NoSuchPublicAccessBlockConfiguration"),
            (client.get_bucket_ownership_controls, "OwnershipControlsNotFoundError"),
            (client.get_bucket_policy, "NoSuchBucketPolicy"),
            (client.get_bucket_tagging, "NoSuchTagSet"),
            (client.get_bucket_lifecycle_configuration, "NoSuchLifecycleConfiguration"),
        ):
            with pytest.raises(ClientError) as caught:
                call(Bucket=bucket)
            assert error_of(caught) == (code, 404)
        assert "LoggingEnabled" not in client.get_bucket_logging(Bucket=bucket)
        assert client.get_bucket_request_payment(Bucket=bucket)["Payer"] == "BucketOwner"
        owner = client.get_bucket_acl(Bucket=bucket)
        assert [grant["Permission"] for grant in owner["Grants"]] == ["FULL_CONTROL"]


def test_minios_buckets_take_every_change_and_stay_sound(client, minios_drives, fixture):
    """A version more, one less, a marker over it, other tags, and a setting that MinIO has no field for."""
    bucket = "fx-versioned"
    before = client.list_object_versions(Bucket=bucket)["Versions"]
    added = client.put_object(Bucket=bucket, Key="ver.txt", Body=b"added")["VersionId"]
    marker = client.delete_object(Bucket=bucket, Key="mpver")["VersionId"]
    entry = next(
        entry for entry in fixture.manifest["objects"] if entry["key"] == "nested/multi size/v.bin"
    )
    client.put_object_tagging(**named(entry), Tagging={"TagSet": [{"Key": "new", "Value": "tag"}]})
    rules = [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]
    client.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": rules})
    minios_drives.stop()
    minios_drives.judge()
    minios_drives.start()
    assert client.get_object(Bucket=bucket, Key="ver.txt")["Body"].read() == b"added"
    assert client.get_object_tagging(**named(entry))["TagSet"] == [{"Key": "new", "Value": "tag"}]
    assert client.get_bucket_cors(Bucket=bucket)["CORSRules"] == rules
    client.delete_object(Bucket=bucket, Key="ver.txt", VersionId=added)
    client.delete_object(Bucket=bucket, Key="mpver", VersionId=marker)
    client.delete_object_tagging(**named(entry))
    client.delete_bucket_cors(Bucket=bucket)
    assert client.list_object_versions(Bucket=bucket)["Versions"] == before
    verify(minios_drives, fixture)

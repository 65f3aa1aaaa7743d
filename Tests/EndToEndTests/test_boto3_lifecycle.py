"""boto3 and minio-py: lifecycle rules, and what expires by them. A day lasts two seconds here."""

from __future__ import annotations

import datetime
import json

import pytest
from botocore.exceptions import ClientError
from minio import Minio
from minio.commonconfig import ENABLED, Filter
from minio.lifecycleconfig import Expiration, LifecycleConfig, Rule

import s3_clients
import signing
from polling import until
from s3_clients import error_of

DAY_SECONDS = 2


@pytest.fixture
def quick(start_server):
    """A server whose days are short."""
    return start_server(drive_count=4, settings={"MARTLET_ILM_DEBUG_DAY_SECS": str(DAY_SECONDS)})


@pytest.fixture
def client(quick):
    client = s3_clients.client(quick.endpoint)
    client.create_bucket(Bucket="bucket")
    return client


def set_rules(client, *rules):
    client.put_bucket_lifecycle_configuration(
        Bucket="bucket",
        LifecycleConfiguration={"Rules": [{"Status": "Enabled", "Filter": {}} | rule for rule in rules]},
    )


def gone(condition):
    """What expires in a day or two is gone by then, whatever else the machine does."""
    until(condition, seconds=30 * DAY_SECONDS, what="expiry", interval=0.2)


def keys(client):
    return [item["Key"] for item in client.list_objects_v2(Bucket="bucket").get("Contents", [])]


def test_rules_are_answered_as_they_were_put_and_can_be_taken_away(s3, bucket):
    rules = [
        {
            "ID": "all",
            "Status": "Enabled",
            "Filter": {"And": {"Prefix": "logs/", "Tags": [{"Key": "a", "Value": "b"}], "ObjectSizeLessThan": 9}},
            "Expiration": {"Days": 30},
            "NoncurrentVersionExpiration": {"NoncurrentDays": 3, "NewerNoncurrentVersions": 2},
        },
        {
            "ID": "old",
            "Status": "Disabled",
            "Prefix": "",
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
        },
    ]
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})
    assert s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"] == rules
    s3.delete_bucket_lifecycle(Bucket=bucket)
    with pytest.raises(ClientError) as caught:
        s3.get_bucket_lifecycle_configuration(Bucket=bucket)
    assert error_of(caught) == ("NoSuchLifecycleConfiguration", 404)


def test_transitions_are_refused_and_nothing_is_stored(s3, bucket):
    rule = {"Status": "Enabled", "Filter": {}, "Transitions": [{"Days": 30, "StorageClass": "GLACIER"}]}
    with pytest.raises(ClientError) as caught:
        s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
    assert error_of(caught) == ("NotImplemented", 501)
    assert "Transition" in caught.value.response["Error"]["Message"]
    with pytest.raises(ClientError) as caught:
        s3.get_bucket_lifecycle_configuration(Bucket=bucket)
    assert error_of(caught) == ("NoSuchLifecycleConfiguration", 404)


def test_whoever_writes_and_reads_is_told_when_it_expires(s3, bucket):
    rule = {"ID": "a rule", "Status": "Enabled", "Filter": {"Prefix": "x"}, "Expiration": {"Days": 2}}
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
    put = s3.put_object(Bucket=bucket, Key="xyz", Body=b"1")["Expiration"]
    written = s3.head_object(Bucket=bucket, Key="xyz")["LastModified"]
    date = (written + datetime.timedelta(days=3)).replace(hour=0, minute=0, second=0)
    assert put == f'expiry-date="{date:%a, %d %b %Y} 00:00:00 GMT", rule-id="a%20rule"'
    assert s3.head_object(Bucket=bucket, Key="xyz")["Expiration"] == put
    assert s3.get_object(Bucket=bucket, Key="xyz")["Expiration"] == put
    assert "Expiration" not in s3.put_object(Bucket=bucket, Key="abc", Body=b"1")


def test_objects_expire_by_days_and_by_date(client):
    set_rules(
        client,
        {"ID": "days", "Filter": {"Prefix": "days/"}, "Expiration": {"Days": 1}},
        {"ID": "past", "Filter": {"Prefix": "past/"}, "Expiration": {"Date": "2020-01-01"}},
        {"ID": "future", "Filter": {"Prefix": "future/"}, "Expiration": {"Date": "2200-01-01"}},
        {"ID": "long", "Filter": {"Prefix": "long/"}, "Expiration": {"Days": 1000}},
    )
    for folder in ("days", "past", "future", "long", "none"):
        client.put_object(Bucket="bucket", Key=f"{folder}/key", Body=b"x")
    gone(lambda: keys(client) == ["future/key", "long/key", "none/key"])


def test_versions_expire_down_to_nothing(client):
    client.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
    for number in range(3):
        client.put_object(Bucket="bucket", Key="key", Body=bytes([number]))
    set_rules(
        client,
        {"ID": "all", "Expiration": {"Days": 1}, "NoncurrentVersionExpiration": {"NoncurrentDays": 1}},
    )
    gone(lambda: not client.list_object_versions(Bucket="bucket").get("Versions"))
    gone(lambda: not client.list_object_versions(Bucket="bucket").get("DeleteMarkers"))


def test_uploads_are_aborted(client):
    client.create_multipart_upload(Bucket="bucket", Key="a/key")
    client.create_multipart_upload(Bucket="bucket", Key="b/key")
    set_rules(
        client,
        {"ID": "a", "Filter": {"Prefix": "a/"}, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}},
    )
    gone(lambda: [u["Key"] for u in client.list_multipart_uploads(Bucket="bucket")["Uploads"]] == ["b/key"])


def test_a_server_that_stops_and_starts_goes_on(quick, client):
    set_rules(client, {"ID": "days", "Expiration": {"Days": 1}})
    client.put_object(Bucket="bucket", Key="key", Body=b"x")
    quick.stop()
    quick.start()
    again = s3_clients.client(quick.endpoint)
    gone(lambda: keys(again) == [])


def test_minio_py_puts_and_reads_rules(endpoint, bucket):
    minio = Minio(
        endpoint=endpoint.netloc, access_key=endpoint.access_key, secret_key=endpoint.secret_key, secure=False
    )
    rule = Rule(ENABLED, rule_filter=Filter(prefix="logs/"), rule_id="r", expiration=Expiration(days=365))
    minio.set_bucket_lifecycle(bucket_name=bucket, config=LifecycleConfig([rule]))
    found = minio.get_bucket_lifecycle(bucket_name=bucket)
    assert [(r.rule_id, r.rule_filter.prefix, r.expiration.days) for r in found.rules] == [("r", "logs/", 365)]
    minio.delete_bucket_lifecycle(bucket_name=bucket)
    assert minio.get_bucket_lifecycle(bucket_name=bucket) is None


def expiry_status(server):
    answer = signing.request(
        server.endpoint, "GET", "/rustfs/admin/v3/ilm/expiry/status", {}, payload=signing.sha256_hex(b"")
    )
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


def test_locked_versions_outlast_their_rule_and_the_work_can_be_seen(quick):
    client = s3_clients.client(quick.endpoint)
    client.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    versions = [client.put_object(Bucket="locked", Key="key", Body=b"1")["VersionId"] for _ in range(4)]
    until_date = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
    client.put_object_retention(
        Bucket="locked",
        Key="key",
        VersionId=versions[0],
        Retention={"Mode": "GOVERNANCE", "RetainUntilDate": until_date},
    )
    client.put_object_legal_hold(Bucket="locked", Key="key", VersionId=versions[1], LegalHold={"Status": "ON"})
    client.put_bucket_lifecycle_configuration(
        Bucket="locked",
        LifecycleConfiguration={
            "Rules": [
                {"Status": "Enabled", "Filter": {}, "NoncurrentVersionExpiration": {"NoncurrentDays": 1}},
            ]
        },
    )

    def left():
        found = client.list_object_versions(Bucket="locked")
        return {version["VersionId"] for version in found.get("Versions", [])}

    kept = {versions[0], versions[1], versions[3]}
    gone(lambda: left() == kept)
    passes = expiry_status(quick)["last_cycle"]
    later = passes["started_unix_secs"] if passes else 0
    until(
        lambda: (expiry_status(quick)["last_cycle"] or {}).get("started_unix_secs", 0) > later,
        seconds=60,
        what="another pass",
        interval=0.2,
    )
    assert left() == kept
    status = expiry_status(quick)
    assert (status["enabled"], status["speed"], status["freshness"]["state"]) == (True, "default", "fresh")
    assert status["last_cycle"]["buckets"] == 1 and status["last_cycle"]["versions"] == 3


def test_a_server_told_so_lets_nothing_expire(start_server):
    server = start_server(
        drive_count=4,
        settings={"MARTLET_ILM_DEBUG_DAY_SECS": "1", "RUSTFS_SCANNER_ENABLED": "false", "MINIO_SCANNER_SPEED": "slow"},
    )
    status = expiry_status(server)
    assert (status["enabled"], status["speed"]) == (False, "slow")
    assert status["current_cycle"] is None and status["last_cycle"] is None

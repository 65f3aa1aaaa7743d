"""boto3: the log of a bucket's requests, delivered as objects."""

from __future__ import annotations

import re
import shlex
import urllib.error
import urllib.request

import pytest
from botocore.exceptions import ClientError

import s3_clients
from polling import until
from s3_clients import error_of


@pytest.fixture
def server(start_server):
    return start_server(drive_count=4, settings={"MARTLET_BUCKET_LOG_INTERVAL": "1s"})


@pytest.fixture
def client(server):
    client = s3_clients.client(server.endpoint)
    for name in ("source", "logs"):
        client.create_bucket(Bucket=name)
    return client


def enable(client, **target):
    client.put_bucket_logging(
        Bucket="source",
        BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": "logs", "TargetPrefix": "a/"} | target},
    )


def delivered(client):
    """(key, lines) of every object in the log."""
    found = []
    for item in client.list_objects_v2(Bucket="logs").get("Contents", []):
        body = client.get_object(Bucket="logs", Key=item["Key"])["Body"].read().decode()
        assert body.endswith("\n")
        found.append((item["Key"], [fields(line) for line in body.splitlines()]))
    return found


def fields(line):
    return shlex.split(line.replace("[", '"').replace("]", '"'))


def operations(client):
    return [line[6] for _, lines in delivered(client) for line in lines]


def test_a_configuration_is_answered_as_it_was_put_and_taken_away(client):
    assert "LoggingEnabled" not in client.get_bucket_logging(Bucket="source")
    for key_format in ({"SimplePrefix": {}}, {"PartitionedPrefix": {"PartitionDateSource": "EventTime"}}):
        enable(client, TargetObjectKeyFormat=key_format)
        found = client.get_bucket_logging(Bucket="source")["LoggingEnabled"]
        assert found == {"TargetBucket": "logs", "TargetPrefix": "a/", "TargetObjectKeyFormat": key_format}
    client.put_bucket_logging(Bucket="source", BucketLoggingStatus={})
    assert "LoggingEnabled" not in client.get_bucket_logging(Bucket="source")


EVERYBODY = {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"}


def test_targets_that_are_not_there_or_cannot_grant_are_refused(client):
    with pytest.raises(ClientError) as caught:
        enable(client, TargetBucket="none")
    assert error_of(caught) == ("InvalidTargetBucketForLogging", 400)
    with pytest.raises(ClientError) as caught:
        enable(client, TargetGrants=[{"Grantee": EVERYBODY, "Permission": "READ"}])
    assert error_of(caught) == ("AccessControlListNotSupported", 400)
    assert "LoggingEnabled" not in client.get_bucket_logging(Bucket="source")


def test_objects_of_the_log_grant_what_is_asked_for(client, server):
    ownership = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    client.put_bucket_ownership_controls(Bucket="logs", OwnershipControls=ownership)
    with pytest.raises(ClientError) as caught:
        enable(client, TargetGrants=[{"Grantee": {"Type": "CanonicalUser", "ID": "nobody"}, "Permission": "READ"}])
    assert error_of(caught) == ("InvalidArgument", 400)
    enable(client, TargetGrants=[{"Grantee": EVERYBODY, "Permission": "READ"}])
    grants = client.get_bucket_logging(Bucket="source")["LoggingEnabled"]["TargetGrants"]
    assert grants == [{"Grantee": EVERYBODY, "Permission": "READ"}]
    client.put_object(Bucket="source", Key="a", Body=b"12345")
    until(lambda: delivered(client), seconds=30, what="delivery", interval=0.2)
    key = client.list_objects_v2(Bucket="logs")["Contents"][0]["Key"]
    acl = client.get_object_acl(Bucket="logs", Key=key)
    assert sorted(grant["Permission"] for grant in acl["Grants"]) == ["FULL_CONTROL", "READ"]
    with urllib.request.urlopen(f"{server.endpoint.url}/logs/{key}") as answer:
        assert answer.status == 200


def test_requests_become_lines(client):
    enable(client)
    client.put_object(Bucket="source", Key="a \"key\" é", Body=b"12345")
    with pytest.raises(ClientError):
        client.get_object(Bucket="source", Key="none")
    client.list_objects_v2(Bucket="source")
    wanted = {"REST.PUT.OBJECT", "REST.GET.OBJECT", "REST.GET.BUCKET"}
    until(lambda: wanted <= set(operations(client)), seconds=30, what="delivery", interval=0.2)
    lines = {line[6]: line for _, found in delivered(client) for line in found}
    assert all(len(line) == 26 for line in lines.values())
    put = lines["REST.PUT.OBJECT"]
    assert put[1] == "source" and put[7] == "a%20%22key%22%20%C3%A9"
    assert put[8].startswith("PUT /source/a%20%22key%22%20%C3%A9") and put[8].endswith("HTTP/1.1")
    assert (put[9], put[10], put[12], put[19], put[21]) == ("200", "-", "5", "SigV4", "AuthHeader")
    assert lines["REST.GET.OBJECT"][9:11] == ["404", "NoSuchKey"]
    key = delivered(client)[0][0]
    assert re.fullmatch(r"a/\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d-[0-9A-F]{16}", key)


def test_signatures_are_left_out(client):
    enable(client)
    url = client.generate_presigned_url("get_object", Params={"Bucket": "source", "Key": "none"})
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(url, timeout=15)
    until(lambda: "REST.GET.OBJECT" in operations(client), seconds=30, what="delivery", interval=0.2)
    line = next(line for _, lines in delivered(client) for line in lines if line[6] == "REST.GET.OBJECT")
    assert "X-Amz-Credential" in line[8] and "X-Amz-Signature" not in line[8]
    assert line[21] == "QueryString"


def test_partitions_are_named_by_bucket_and_day(client):
    enable(client, TargetObjectKeyFormat={"PartitionedPrefix": {"PartitionDateSource": "DeliveryTime"}})
    client.head_bucket(Bucket="source")
    until(lambda: delivered(client), seconds=30, what="delivery", interval=0.2)
    pattern = r"a/[0-9a-f]{64}/us-east-1/source/(\d{4})/(\d\d)/(\d\d)/\1-\2-\3-\d\d-\d\d-\d\d-[0-9A-F]{16}"
    assert re.fullmatch(pattern, delivered(client)[0][0])


def test_a_server_that_stops_stores_what_it_has(start_server):
    server = start_server(drive_count=4, settings={"MARTLET_BUCKET_LOG_INTERVAL": "1h"})
    client = s3_clients.client(server.endpoint)
    for name in ("source", "logs"):
        client.create_bucket(Bucket=name)
    enable(client)
    client.head_bucket(Bucket="source")
    assert delivered(client) == []
    server.stop()
    server.start()
    again = s3_clients.client(server.endpoint)
    assert "REST.HEAD.BUCKET" in operations(again)


def test_each_key_of_a_batch_and_the_source_of_a_copy_have_lines(client):
    enable(client)
    client.put_object(Bucket="source", Key="a", Body=b"12345")
    client.create_bucket(Bucket="other")
    client.copy_object(Bucket="other", Key="copy", CopySource="source/a")
    client.delete_objects(
        Bucket="source",
        Delete={
            "Quiet": True,
            "Objects": [{"Key": "a"}, {"Key": "none"}, {"Key": "b", "VersionId": "nonsense"}],
        },
    )
    wanted = {"REST.POST.MULTI_OBJECT_DELETE", "BATCH.DELETE.OBJECT", "REST.COPY.OBJECT_GET"}
    until(lambda: wanted <= set(operations(client)), seconds=30, what="delivery", interval=0.2)
    lines = [line for _, found in delivered(client) for line in found]
    assert all(len(line) == 26 for line in lines)
    batch = [line for line in lines if line[6] == "BATCH.DELETE.OBJECT"]
    assert [(line[7], line[8], line[9], line[10]) for line in batch] == [
        ("a", "-", "204", "-"),
        ("none", "-", "204", "-"),
        ("b", "-", "404", "NoSuchVersion"),
    ]
    request = next(line for line in lines if line[6] == "REST.POST.MULTI_OBJECT_DELETE")
    assert {line[5] for line in batch} == {request[5]}, "they have the id of their request"
    (copy,) = [line for line in lines if line[6] == "REST.COPY.OBJECT_GET"]
    assert (copy[1], copy[7], copy[9], copy[12]) == ("source", "a", "200", "5")


def test_another_bucket_of_the_targets_name_gets_nothing(client):
    enable(client)
    client.delete_bucket(Bucket="logs")
    client.create_bucket(Bucket="logs")
    client.put_object(Bucket="source", Key="key", Body=b"1")
    enable(client, TargetPrefix="b/")
    client.head_object(Bucket="source", Key="key")
    until(lambda: "REST.HEAD.OBJECT" in operations(client), seconds=30, what="delivery", interval=0.2)
    assert "REST.PUT.OBJECT" not in operations(client)
    assert all(key.startswith("b/") for key, _ in delivered(client))


def test_sizes_are_those_of_objects(client):
    client.put_object(Bucket="source", Key="key", Body=b"1234567")
    enable(client)
    client.copy_object(Bucket="source", Key="copy", CopySource="source/key")
    client.put_object_tagging(Bucket="source", Key="key", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    upload = client.create_multipart_upload(Bucket="source", Key="parts")["UploadId"]
    place = {"Bucket": "source", "Key": "parts", "UploadId": upload}
    part = client.upload_part(**place, PartNumber=1, Body=b"123")["ETag"]
    client.complete_multipart_upload(**place, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part}]})
    wanted = {
        "REST.COPY.OBJECT": "7",
        "REST.PUT.OBJECT_TAGGING": "-",
        "REST.POST.UPLOADS": "-",
        "REST.PUT.PART": "3",
        "REST.POST.UPLOAD": "3",
    }
    until(lambda: set(wanted) <= set(operations(client)), seconds=30, what="delivery", interval=0.2)
    found = {line[6]: line[12] for _, lines in delivered(client) for line in lines}
    assert {name: found[name] for name in wanted} == wanted

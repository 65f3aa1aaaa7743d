"""boto3 and minio-py: uploads by forms, rules for scripts of other origins, and settings that are only kept."""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import http.client
import json
import re
import urllib.parse

import pytest
from botocore.exceptions import ClientError
from minio import Minio
from minio.datatypes import PostPolicy

import s3_clients
from payloads import MIB, seeded_bytes
from rawhttp import Connection
from s3_clients import error_of
from sessions import assume, s3_of, sts
from test_admin import SECRET, admin, user  # noqa: F401

BOUNDARY = "----end2end7MA4YWxkTrZu0gW"


@pytest.fixture
def writer(admin, user: str) -> str:  # noqa: F811
    """The name of a user who may do everything with objects."""
    admin.policy_set("readwrite", user=user)
    return user


def request(url: str, method: str, headers: dict | None = None, body: bytes | None = None):
    """What a browser would send: status, headers in small letters, body."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
    try:
        target = (parts.path or "/") + ("?" + parts.query if parts.query else "")
        connection.request(method, target, body=body, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def form_of(fields: dict, file: bytes, name: str = "cat.jpg") -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in fields.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return ("".join(parts) + head).encode() + file + f"\r\n--{BOUNDARY}--\r\n".encode()


def post(url: str, fields: dict, file: bytes, **headers):
    type_ = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    return request(url, "POST", type_ | headers, form_of(fields, file))


def code_of(body: bytes) -> str:
    found = re.search(rb"<Code>([^<]*)</Code>", body)
    return found.group(1).decode() if found else ""


@pytest.mark.parametrize("size", [0, 1, 100_000, 3 * MIB + 1])
def test_a_presigned_post(s3, bucket, size):
    file = seeded_bytes(size, size)
    signed = s3.generate_presigned_post(
        bucket,
        "photos/${filename}",
        Fields={"Content-Type": "image/jpeg", "x-amz-meta-of": "cats", "success_action_status": "201"},
        Conditions=[
            {"Content-Type": "image/jpeg"},
            ["starts-with", "$x-amz-meta-of", "ca"],
            {"success_action_status": "201"},
            ["content-length-range", 0, 4 * MIB],
        ],
    )
    status, headers, body = post(signed["url"], signed["fields"], file)
    assert status == 201, body
    assert b"<Key>photos/cat.jpg</Key>" in body
    assert headers["etag"].strip('"') == hashlib.md5(file).hexdigest()
    found = s3.get_object(Bucket=bucket, Key="photos/cat.jpg")
    assert found["Body"].read() == file
    assert found["ContentType"] == "image/jpeg" and found["Metadata"] == {"of": "cats"}


def test_what_a_presigned_post_does_not_allow(s3, bucket):
    signed = s3.generate_presigned_post(bucket, "key", Conditions=[["content-length-range", 2, 3]])
    url, fields = signed["url"], signed["fields"]
    assert post(url, fields, b"12")[0] == 204
    assert code_of(post(url, fields, b"1")[2]) == "EntityTooSmall"
    assert code_of(post(url, fields, b"1234")[2]) == "EntityTooLarge"
    assert code_of(post(url, fields | {"key": "other"}, b"12")[2]) == "AccessDenied"
    assert code_of(post(url, {"x-amz-meta-more": "1"} | fields, b"12")[2]) == "AccessDenied"
    assert code_of(post(url, fields | {"x-amz-signature": "0" * 64}, b"12")[2]) == "SignatureDoesNotMatch"
    assert code_of(post(url, {"key": "key"}, b"12")[2]) == "AccessDenied"
    assert s3.get_object(Bucket=bucket, Key="key")["Body"].read() == b"12"
    ended = s3.generate_presigned_post(bucket, "key", ExpiresIn=-10)
    assert code_of(post(ended["url"], ended["fields"], b"12")[2]) == "AccessDenied"


def test_a_form_of_version_2(endpoint, s3, bucket):
    expiration = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=5)
    document = {
        "expiration": expiration.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "conditions": [{"bucket": bucket}, ["starts-with", "$key", "v2"]],
    }
    policy = base64.b64encode(json.dumps(document).encode())
    signature = base64.b64encode(hmac.new(endpoint.secret_key.encode(), policy, hashlib.sha1).digest())
    fields = {
        "key": "v2/${filename}",
        "AWSAccessKeyId": endpoint.access_key,
        "policy": policy.decode(),
        "signature": signature.decode(),
    }
    assert post(f"{endpoint.url}/{bucket}", fields, b"old")[0] == 204
    assert s3.get_object(Bucket=bucket, Key="v2/cat.jpg")["Body"].read() == b"old"


def test_a_form_signed_by_minio_py(endpoint, s3, bucket):
    client = Minio(
        endpoint=endpoint.netloc, access_key=endpoint.access_key, secret_key=endpoint.secret_key, secure=False
    )
    policy = PostPolicy(bucket, datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=5))
    policy.add_starts_with_condition("key", "mine/")
    policy.add_content_length_range_condition(1, MIB)
    fields = client.presigned_post_policy(policy=policy)
    assert post(f"{endpoint.url}/{bucket}", {"key": "mine/a"} | fields, b"hello")[0] == 204
    assert s3.get_object(Bucket=bucket, Key="mine/a")["Body"].read() == b"hello"


def test_a_form_without_a_signature(endpoint, s3, bucket):
    url = f"{endpoint.url}/{bucket}"
    assert code_of(post(url, {"key": "drop/a"}, b"x")[2]) == "AccessDenied"
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{bucket}/drop/*",
    }
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    target = {"success_action_redirect": "http://127.0.0.1:1/done?x=1"}
    status, headers, _ = post(url, {"key": "drop/a"} | target, b"x")
    assert status == 303
    etag = hashlib.md5(b"x").hexdigest()
    assert headers["location"] == (
        f"http://127.0.0.1:1/done?x=1&bucket={bucket}&key=drop%2Fa&etag=%22{etag}%22"
    )
    assert code_of(post(url, {"key": "other"}, b"x")[2]) == "AccessDenied"
    assert s3.get_object(Bucket=bucket, Key="drop/a")["Body"].read() == b"x"


def test_a_form_of_a_session_needs_its_token(endpoint, bucket, writer):
    keys = assume(sts(endpoint, writer, SECRET), DurationSeconds=900)
    signed = s3_of(endpoint, keys).generate_presigned_post(bucket, "session")
    assert signed["fields"]["x-amz-security-token"]
    status, _, body = post(signed["url"], signed["fields"], b"x")
    assert status == 204, body
    without = {name: value for name, value in signed["fields"].items() if "token" not in name}
    assert code_of(post(signed["url"], without, b"x")[2]) == "InvalidToken"
    other = signed["fields"] | {"x-amz-security-token": "e30.e30.e30"}
    assert code_of(post(signed["url"], other, b"x")[2]) == "InvalidToken"


def test_a_client_that_waits_is_told_to_go_on(endpoint, s3, bucket):
    """curl sends `Expect: 100-continue` with every form of some size, and curl's `-F` is how most people send one."""
    signed = s3.generate_presigned_post(bucket, "waited")
    body = form_of(signed["fields"], b"waited for")
    with Connection(endpoint) as connection:
        connection.send(
            (
                f"POST /{bucket} HTTP/1.1\r\nHost: {endpoint.netloc}\r\nContent-Length: {len(body)}\r\n"
                f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nExpect: 100-continue\r\n\r\n"
            ).encode()
        )
        assert connection.response_head().status == 100
        connection.send(body)
        assert connection.response().status == 204
    with Connection(endpoint) as connection:
        connection.send(
            (
                f"POST /{bucket} HTTP/1.1\r\nHost: {endpoint.netloc}\r\nContent-Length: {len(body)}\r\n"
                "Content-Type: multipart/form-data\r\nExpect: 100-continue\r\n\r\n"
            ).encode()
        )
        assert connection.response().status == 400
    assert s3.get_object(Bucket=bucket, Key="waited")["Body"].read() == b"waited for"


RULES = {
    "CORSRules": [
        {
            "ID": "app",
            "AllowedMethods": ["GET", "PUT"],
            "AllowedOrigins": ["https://*.example.com"],
            "AllowedHeaders": ["x-amz-*", "content-type"],
            "ExposeHeaders": ["ETag"],
            "MaxAgeSeconds": 600,
        },
        {"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]},
    ]
}


def test_rules_are_put_read_and_taken_away(s3, bucket):
    with pytest.raises(ClientError) as caught:
        s3.get_bucket_cors(Bucket=bucket)
    assert error_of(caught) == ("NoSuchCORSConfiguration", 404)
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration=RULES)
    assert s3.get_bucket_cors(Bucket=bucket)["CORSRules"] == RULES["CORSRules"]
    s3.delete_bucket_cors(Bucket=bucket)
    s3.delete_bucket_cors(Bucket=bucket)
    with pytest.raises(ClientError) as caught:
        s3.get_bucket_cors(Bucket=bucket)
    assert error_of(caught) == ("NoSuchCORSConfiguration", 404)


@pytest.mark.parametrize(
    "rule, code",
    [
        ({"AllowedMethods": ["PATCH"], "AllowedOrigins": ["*"]}, "InvalidRequest"),
        ({"AllowedMethods": ["GET"], "AllowedOrigins": ["*.*"]}, "InvalidRequest"),
        ({"AllowedMethods": [], "AllowedOrigins": ["*"]}, "MalformedXML"),
    ],
)
def test_rules_that_are_none(s3, bucket, rule, code):
    with pytest.raises(ClientError) as caught:
        s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [rule]})
    assert error_of(caught) == (code, 400)


def test_what_a_browser_is_told(endpoint, s3, bucket):
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration=RULES)
    s3.put_object(Bucket=bucket, Key="key", Body=b"text")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "key"})
    origin = {"Origin": "https://app.example.com"}

    status, headers, _ = request(url, "OPTIONS", origin | {"Access-Control-Request-Method": "GET"})
    assert status == 200
    assert headers["access-control-allow-origin"] == "https://app.example.com"
    assert headers["access-control-allow-methods"] == "GET, PUT"
    assert headers["access-control-max-age"] == "600"

    status, headers, body = request(url, "GET", origin)
    assert (status, body) == (200, b"text")
    assert headers["access-control-allow-origin"] == "https://app.example.com"
    assert headers["access-control-expose-headers"] == "ETag"
    assert "Origin" in headers["vary"]

    status, headers, _ = request(url, "GET", {"Origin": "https://elsewhere.example"})
    assert (status, headers["access-control-allow-origin"]) == (200, "*")

    ask = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization"}
    status, headers, body = request(url, "OPTIONS", origin | ask)
    assert (status, code_of(body)) == (403, "AccessForbidden")
    assert "access-control-allow-origin" not in headers
    assert request(url, "OPTIONS")[0] == 400


def test_origins_of_the_whole_server(start_server):
    server = start_server(settings={"MINIO_API_CORS_ALLOW_ORIGIN": "https://app.example.com"})
    endpoint = server.endpoint
    s3 = s3_clients.client(endpoint)
    s3.create_bucket(Bucket="bucket")
    origin = {"Origin": "https://app.example.com"}
    ask = {"Access-Control-Request-Method": "DELETE", "Access-Control-Request-Headers": "x-amz-date"}
    status, headers, _ = request(f"{endpoint.url}/bucket/key", "OPTIONS", origin | ask)
    assert (status, headers["access-control-allow-origin"]) == (200, "https://app.example.com")
    s3.put_bucket_cors(Bucket="bucket", CORSConfiguration=RULES)
    assert request(f"{endpoint.url}/bucket/key", "OPTIONS", origin | ask)[0] == 403
    server.stop()
    server.start()
    assert s3.get_bucket_cors(Bucket="bucket")["CORSRules"] == RULES["CORSRules"]
    assert request(f"{endpoint.url}/bucket/key", "OPTIONS", origin | ask)[0] == 403


def test_settings_that_are_kept_and_told(s3, bucket):
    assert "Status" not in s3.get_bucket_accelerate_configuration(Bucket=bucket)
    s3.put_bucket_accelerate_configuration(Bucket=bucket, AccelerateConfiguration={"Status": "Enabled"})
    assert s3.get_bucket_accelerate_configuration(Bucket=bucket)["Status"] == "Enabled"

    assert s3.get_bucket_request_payment(Bucket=bucket)["Payer"] == "BucketOwner"
    s3.put_bucket_request_payment(Bucket=bucket, RequestPaymentConfiguration={"Payer": "Requester"})
    assert s3.get_bucket_request_payment(Bucket=bucket)["Payer"] == "Requester"

    metrics = {"Id": "pictures", "Filter": {"Prefix": "pictures/"}}
    s3.put_bucket_metrics_configuration(Bucket=bucket, Id="pictures", MetricsConfiguration=metrics)
    found = s3.get_bucket_metrics_configuration(Bucket=bucket, Id="pictures")["MetricsConfiguration"]
    assert found == metrics
    assert s3.list_bucket_metrics_configurations(Bucket=bucket)["MetricsConfigurationList"] == [metrics]
    s3.delete_bucket_metrics_configuration(Bucket=bucket, Id="pictures")
    assert "MetricsConfigurationList" not in s3.list_bucket_metrics_configurations(Bucket=bucket)

    tiering = {"Id": "cold", "Status": "Enabled", "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}]}
    s3.put_bucket_intelligent_tiering_configuration(
        Bucket=bucket, Id="cold", IntelligentTieringConfiguration=tiering
    )
    listed = s3.list_bucket_intelligent_tiering_configurations(Bucket=bucket)
    assert listed["IntelligentTieringConfigurationList"] == [tiering]

    analytics = {"Id": "all", "StorageClassAnalysis": {}}
    s3.put_bucket_analytics_configuration(Bucket=bucket, Id="all", AnalyticsConfiguration=analytics)
    assert s3.list_bucket_analytics_configurations(Bucket=bucket)["AnalyticsConfigurationList"] == [analytics]


def test_settings_that_are_not(s3, bucket):
    for call, code in [
        (s3.get_bucket_encryption, "ServerSideEncryptionConfigurationNotFoundError"),
        (s3.get_bucket_replication, "ReplicationConfigurationNotFoundError"),
    ]:
        with pytest.raises(ClientError) as caught:
            call(Bucket=bucket)
        assert error_of(caught) == (code, 404)
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    with pytest.raises(ClientError) as caught:
        s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
    assert error_of(caught) == ("NotImplemented", 501)
    s3.delete_bucket_encryption(Bucket=bucket)
    s3.delete_bucket_replication(Bucket=bucket)
    found = s3.get_bucket_notification_configuration(Bucket=bucket)
    assert set(found) == {"ResponseMetadata"}
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    inventory = {
        "Id": "daily",
        "IsEnabled": True,
        "IncludedObjectVersions": "All",
        "Schedule": {"Frequency": "Daily"},
        "Destination": {"S3BucketDestination": {"Bucket": f"arn:aws:s3:::{bucket}", "Format": "CSV"}},
    }
    with pytest.raises(ClientError) as caught:
        s3.put_bucket_inventory_configuration(Bucket=bucket, Id="daily", InventoryConfiguration=inventory)
    assert error_of(caught) == ("NotImplemented", 501)
    inventory["IsEnabled"] = False
    s3.put_bucket_inventory_configuration(Bucket=bucket, Id="daily", InventoryConfiguration=inventory)
    assert s3.list_bucket_inventory_configurations(Bucket=bucket)["InventoryConfigurationList"] == [inventory]

"""What stands on the wire beside the content: codes, messages and elements of errors, namespaces, ids."""

from __future__ import annotations

import base64
import hashlib
import datetime
import re
import xml.etree.ElementTree as ElementTree
import zlib

import pytest
from botocore.exceptions import ClientError

import rawhttp
import s3_clients
import signing

NAMESPACE = "{http://s3.amazonaws.com/doc/2006-03-01/}"
MISSING_VERSION = "11111111-2222-4333-8444-555555555555"
DELETION = b"<Delete><Object><Key>x</Key></Object></Delete>"


def md5(body: bytes) -> dict[str, str]:
    return {"content-md5": base64.b64encode(hashlib.md5(body).digest()).decode()}


def elements(answer: rawhttp.Response) -> list[tuple[str, str]]:
    """The error's elements, in order, without the ids."""
    root = ElementTree.fromstring(answer.body)
    assert root.tag == "Error"
    found = [(child.tag, child.text or "") for child in root]
    ids = dict(found)
    assert ids["RequestId"] == answer.headers["x-amz-request-id"]
    assert ids["HostId"] == answer.headers["x-amz-id-2"]
    return [pair for pair in found if pair[0] not in ("RequestId", "HostId")]


@pytest.fixture
def path(s3, bucket) -> str:
    """`/bucket/key` of an object of seven bytes."""
    s3.put_object(Bucket=bucket, Key="key", Body=b"content")
    return f"/{bucket}/key"


@pytest.mark.parametrize(
    "method, query, headers, status, expected",
    [
        ("GET", {"versionId": MISSING_VERSION}, {}, 404, {"Code": "NoSuchVersion", "VersionId": MISSING_VERSION}),
        (
            "GET",
            {"versionId": "zz"},
            {},
            400,
            {"Code": "InvalidArgument", "ArgumentName": "versionId", "Message": "Invalid version id specified"},
        ),
        ("GET", {}, {"range": "bytes=9-"}, 416, {"RangeRequested": "bytes=9-", "ActualObjectSize": "7"}),
        ("GET", {"partNumber": "3"}, {}, 416, {"PartNumberRequested": "3", "ActualPartCount": "1"}),
        ("GET", {}, {"if-match": "x"}, 412, {"Code": "PreconditionFailed", "Condition": "If-Match"}),
        ("PUT", {}, {"if-none-match": "*"}, 412, {"Code": "PreconditionFailed", "Condition": "If-None-Match"}),
        ("PUT", {}, {"content-md5": "x"}, 400, {"Code": "InvalidDigest", "Content-MD5": "x"}),
        ("PUT", {}, {"x-amz-storage-class": "ICE"}, 400, {"StorageClassRequested": "ICE"}),
        ("PUT", {}, {"x-amz-website-redirect-location": "x"}, 400, {"Code": "InvalidRedirectLocation"}),
        ("PUT", {}, {"x-amz-server-side-encryption": "AES256"}, 501, {"Header": "x-amz-server-side-encryption"}),
        ("POST", {}, {}, 405, {"Code": "MethodNotAllowed", "Method": "POST", "ResourceType": "OBJECT"}),
        ("GET", {"torrent": ""}, {}, 501, {"Code": "NotImplemented"}),
        ("GET", {"uploadId": "none"}, {}, 404, {"Code": "NoSuchUpload", "UploadId": "none"}),
        ("PUT", {"tagging": ""}, {}, 400, {"Code": "MalformedXML"}),
    ],
)
def test_an_error_says_what_it_is_about(endpoint, path, method, query, headers, status, expected):
    answer = signing.request(endpoint, method, path, query, headers, body=b"body" if method == "PUT" else b"")
    assert answer.status == status
    assert answer.headers["content-type"] == "application/xml"
    found = elements(answer)
    assert [name for name, _ in found[:2]] == ["Code", "Message"]
    assert expected.items() <= dict(found).items()


@pytest.mark.parametrize("method, status", [("HEAD", 404), ("GET", 404), ("DELETE", 204)])
def test_every_answer_has_its_ids(endpoint, path, method, status):
    answer = signing.request(endpoint, method, f"{path}-missing")
    assert answer.status == status
    assert re.fullmatch("[0-9A-F]{16}", answer.headers["x-amz-request-id"])
    assert answer.headers["x-amz-id-2"]
    if method == "HEAD":
        assert answer.body == b""


def test_not_modified_has_validators_and_no_body(endpoint, path):
    answer = signing.request(endpoint, "GET", path, headers={"if-none-match": "*"})
    assert (answer.status, answer.body) == (304, b"")
    assert answer.headers["etag"] == f'"{hashlib.md5(b"content").hexdigest()}"'
    assert "last-modified" in answer.headers
    assert "content-length" not in answer.headers
    assert "x-amz-request-id" in answer.headers


@pytest.mark.parametrize("garbage", [b"<Delete", b"<Foo/>", b"", b"<!DOCTYPE x><Delete/>", b"\xff", b"<Delete></Delete>"])
def test_malformed_documents_are_refused_in_the_words_of_s3(endpoint, path, garbage):
    answer = signing.request(endpoint, "POST", path[: -len("/key")], {"delete": ""}, md5(garbage), garbage)
    found = dict(elements(answer))
    assert (answer.status, found["Code"]) == (400, "MalformedXML")
    assert found["Message"].startswith(
        "The XML you provided was not well-formed or did not validate against our published schema"
    )


def test_a_deletion_needs_a_digest(endpoint, path):
    bucket = path[: -len("/key")]
    for headers, code in [
        ({}, "InvalidRequest"),
        (md5(b"another body"), "BadDigest"),
        ({"content-md5": "x"}, "InvalidDigest"),
        ({"x-amz-checksum-crc32": "AAAAAA=="}, "BadDigest"),
    ]:
        answer = signing.request(endpoint, "POST", bucket, {"delete": ""}, headers, DELETION)
        assert (answer.status, answer.error_code) == (400, code)
    crc = base64.b64encode(zlib.crc32(DELETION).to_bytes(4, "big")).decode()
    for headers in (md5(DELETION), {"x-amz-checksum-crc32": crc}):
        answer = signing.request(endpoint, "POST", bucket, {"delete": ""}, headers, DELETION)
        assert answer.status == 200
        assert ElementTree.fromstring(answer.body).tag == f"{NAMESPACE}DeleteResult"


def test_a_batch_says_of_what_is_no_version_that_there_is_none(s3, bucket):
    (error,) = s3.delete_objects(
        Bucket=bucket, Delete={"Objects": [{"Key": "a", "VersionId": "nonsense"}]}
    )["Errors"]
    assert (error["Key"], error["VersionId"], error["Code"]) == ("a", "nonsense", "NoSuchVersion")


def test_a_bucket_of_hidden_versions_says_why_it_stays(s3, bucket):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    marker = s3.delete_object(Bucket=bucket, Key="key")["VersionId"]
    with pytest.raises(ClientError) as caught:
        s3.delete_bucket(Bucket=bucket)
    assert s3_clients.error_of(caught) == ("BucketNotEmpty", 409)
    assert "all versions" in caught.value.response["Error"]["Message"]
    s3.delete_object(Bucket=bucket, Key="key", VersionId=marker)
    s3.delete_bucket(Bucket=bucket)


@pytest.mark.parametrize("target, parameter", [("", "object-lock"), ("/key", "retention"), ("/key", "legal-hold")])
def test_locks_need_a_digest(endpoint, path, target, parameter):
    place = path[: -len("/key")] + target
    answer = signing.request(endpoint, "PUT", place, {parameter: ""}, body=b"<x/>")
    found = dict(elements(answer))
    assert (answer.status, found["Code"]) == (400, "InvalidRequest")
    assert "Content-MD5" in found["Message"]


def test_a_wrong_signature_is_shown_what_was_to_be_signed(endpoint, path):
    answer = signing.request(endpoint, "GET", path, secret_key="quite-another-secret")
    found = dict(elements(answer))
    assert (answer.status, found["Code"]) == (403, "SignatureDoesNotMatch")
    assert found["AWSAccessKeyId"] == endpoint.access_key
    assert re.fullmatch("[0-9a-f]{64}", found["SignatureProvided"])
    canonical, text = found["CanonicalRequest"], found["StringToSign"]
    assert canonical.split("\n")[:3] == ["GET", path, ""]
    # The text is that of the request, so its last line is the canonical request's digest.
    assert text.split("\n")[-1] == hashlib.sha256(canonical.encode()).hexdigest()
    assert bytes.fromhex(found["StringToSignBytes"]).decode() == text
    assert bytes.fromhex(found["CanonicalRequestBytes"]).decode() == canonical
    assert endpoint.secret_key not in answer.body.decode()


def test_an_expired_url_says_when_it_expired(endpoint, path):
    s3 = s3_clients.client(endpoint)
    _, bucket, key = path.split("/")
    url = s3.generate_presigned_url("get_object", {"Bucket": bucket, "Key": key}, ExpiresIn=600)
    # The signature is compared only once the time was found to be right.
    target = re.sub(r"X-Amz-Date=\d{8}T", "X-Amz-Date=20200101T", url[len(endpoint.url) :])
    target = re.sub(r"%2F\d{8}%2F", "%2F20200101%2F", target)
    with rawhttp.Connection(endpoint) as connection:
        connection.send(f"GET {target} HTTP/1.1\r\nHost: {endpoint.netloc}\r\n\r\n".encode())
        answer = connection.response()
    found = dict(elements(answer))
    assert (answer.status, found["Code"], found["Message"]) == (403, "AccessDenied", "Request has expired")
    assert found["X-Amz-Expires"] == "600"
    # The time of day is that of the signature, and ten minutes later it may be the next day.
    (signed,) = re.findall(r"X-Amz-Date=(\w+)", target)
    expired = datetime.datetime.strptime(signed, "%Y%m%dT%H%M%SZ") + datetime.timedelta(seconds=600)
    assert found["Expires"] == expired.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    assert "ServerTime" in found


@pytest.mark.parametrize(
    "method, query, root",
    [
        ("GET", {}, "ListBucketResult"),
        ("GET", {"list-type": "2"}, "ListBucketResult"),
        ("GET", {"versions": ""}, "ListVersionsResult"),
        ("GET", {"uploads": ""}, "ListMultipartUploadsResult"),
        ("GET", {"location": ""}, "LocationConstraint"),
        ("GET", {"versioning": ""}, "VersioningConfiguration"),
        ("GET", {"acl": ""}, "AccessControlPolicy"),
    ],
)
def test_documents_have_the_namespace(endpoint, bucket, method, query, root):
    answer = signing.request(endpoint, method, f"/{bucket}", query)
    assert answer.status == 200
    assert ElementTree.fromstring(answer.body).tag == NAMESPACE + root


def test_keys_that_no_document_can_hold(endpoint, s3, bucket):
    key = "control\x01\x0b&<>\"'\r\nü"
    assert signing.put(endpoint, bucket, key, b"x")[0] == 200
    # Encoded they come back as they are; plain, the document is well-formed all the same.
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]] == [key]
    plain = signing.request(endpoint, "GET", f"/{bucket}", {"list-type": "2"})
    assert len(ElementTree.fromstring(plain.body).findall(f"{NAMESPACE}Contents")) == 1
    deletion = signing.request(endpoint, "DELETE", signing.encoded_path(bucket, key))
    assert deletion.status == 204


def test_lengths(endpoint, path):
    for headers, status, code in [
        ({}, 411, "MissingContentLength"),
        ({"content-length": str((5 << 30) + 1)}, 400, "EntityTooLarge"),
        ({"transfer-encoding": "chunked"}, 411, "MissingContentLength"),
    ]:
        with rawhttp.Connection(endpoint) as connection:
            connection.send(signing.head(endpoint, "PUT", path, headers=headers))
            answer = connection.response()
        assert (answer.status, answer.error_code) == (status, code)
    with rawhttp.Connection(endpoint) as connection:
        connection.send(signing.head(endpoint, "PUT", path, headers={"content-length": "10"}) + b"short")
        connection.end_sending()
        answer = connection.response()
    assert (answer.status, answer.error_code) == (400, "IncompleteBody")

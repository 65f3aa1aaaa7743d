"""boto3: buckets, who gets in, presigned addresses, what errors look like."""

from __future__ import annotations

import base64
import datetime
import hashlib
import http.client
import re
import urllib.parse

import pytest
from botocore import UNSIGNED
from botocore.exceptions import ClientError

import s3_clients
import signing
from payloads import MIB, seeded_bytes
from rawhttp import Connection
from s3_clients import error_of


def plain_request(method: str, url: str, body: bytes | None = None) -> tuple[int, dict, bytes]:
    """What curl would do: the address as it stands, no signature."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
    try:
        connection.request(method, parts.path + ("?" + parts.query if parts.query else ""), body=body)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


class TestBuckets:
    def test_made_twice_by_its_owner(self, s3, bucket):
        with pytest.raises(ClientError) as caught:
            s3.create_bucket(Bucket=bucket)
        assert error_of(caught) == ("BucketAlreadyOwnedByYou", 409)

    def test_not_deleted_while_it_holds_objects(self, s3, bucket):
        s3.put_object(Bucket=bucket, Key="deep/inside", Body=b"x")
        with pytest.raises(ClientError) as caught:
            s3.delete_bucket(Bucket=bucket)
        assert error_of(caught) == ("BucketNotEmpty", 409)
        assert s3.get_object(Bucket=bucket, Key="deep/inside")["Body"].read() == b"x"
        s3.delete_object(Bucket=bucket, Key="deep/inside")
        s3.delete_bucket(Bucket=bucket)
        with pytest.raises(ClientError) as caught:
            s3.head_bucket(Bucket=bucket)
        assert error_of(caught)[1] == 404

    def test_made_again_after_deletion_it_is_empty(self, s3, bucket):
        s3.put_object(Bucket=bucket, Key="x", Body=b"x")
        s3.delete_object(Bucket=bucket, Key="x")
        s3.delete_bucket(Bucket=bucket)
        s3.create_bucket(Bucket=bucket)
        assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0

    @pytest.mark.parametrize(
        "method, arguments",
        [
            ("delete_bucket", {}),
            ("list_objects_v2", {}),
            ("get_object", {"Key": "x"}),
            ("delete_object", {"Key": "x"}),
            ("put_object", {"Key": "x", "Body": b"x"}),
            ("create_multipart_upload", {"Key": "x"}),
            ("list_multipart_uploads", {}),
            ("get_bucket_location", {}),
            ("delete_objects", {"Delete": {"Objects": [{"Key": "x"}]}}),
        ],
    )
    def test_missing(self, s3, bucket_name, method, arguments):
        with pytest.raises(ClientError) as caught:
            getattr(s3, method)(Bucket=bucket_name, **arguments)
        assert error_of(caught) == ("NoSuchBucket", 404)
        assert bucket_name not in [entry["Name"] for entry in s3.list_buckets()["Buckets"]]

    @pytest.mark.parametrize(
        "name",
        [
            "ab",
            "a" * 64,
            "Upper-Case",
            "under_score",
            "192.168.1.1",
            "-dash",
            "dash-",
            "two..dots",
            "dot.-dash",
            "sp%20ace",
            ".minio.sys",
            "%2e%2e",
            "minio",
        ],
    )
    def test_with_an_impossible_name(self, endpoint, name):
        """Sent as it stands, signed as S3 wants it: with only those escapes that must be."""
        signed = signing.sign(
            endpoint, "PUT", signing.encoded_path(urllib.parse.unquote(name)), headers={"content-length": "0"}
        )
        with Connection(endpoint) as connection:
            connection.send(signing.head_bytes("PUT", f"/{name}", {}, signed.headers))
            answer = connection.response("PUT")
        assert answer.status in (400, 403), answer
        assert answer.error_code in {
            "InvalidBucketName",
            "AllAccessDisabled",
            "AccessDenied",
            "InvalidURI",
        }, answer

    @pytest.mark.parametrize("name", ["abc", "a" * 63, "with.dots", "1digit"])
    def test_with_an_unusual_but_legal_name(self, s3, name):
        try:
            s3.create_bucket(Bucket=name)
        except ClientError as error:
            assert error.response["Error"]["Code"] == "BucketAlreadyOwnedByYou"
        s3.put_object(Bucket=name, Key="x", Body=b"x")
        s3.delete_object(Bucket=name, Key="x")
        s3.delete_bucket(Bucket=name)

    def test_the_location_of_the_default_region_is_empty(self, s3, bucket):
        assert s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] in (None, "")

    def test_listed_with_their_creation_time(self, s3, bucket):
        entry = next(entry for entry in s3.list_buckets()["Buckets"] if entry["Name"] == bucket)
        assert abs(entry["CreationDate"] - datetime.datetime.now(datetime.UTC)) < datetime.timedelta(
            minutes=1
        )

    def test_in_order(self, s3, bucket):
        names = [entry["Name"] for entry in s3.list_buckets()["Buckets"]]
        assert names == sorted(names)


class TestWhoGetsIn:
    CALLS = [
        ("list_buckets", {}),
        ("list_objects_v2", {"Bucket": ...}),
        ("get_object", {"Bucket": ..., "Key": "object"}),
        ("put_object", {"Bucket": ..., "Key": "new", "Body": b"x"}),
        ("delete_object", {"Bucket": ..., "Key": "object"}),
        ("create_bucket", {"Bucket": "nobody-makes-this"}),
        ("delete_bucket", {"Bucket": ...}),
        ("get_object", {"Bucket": ..., "Key": "never"}),
        ("list_objects_v2", {"Bucket": "never-made-bucket"}),
    ]

    @pytest.fixture
    def guarded(self, s3, bucket):
        s3.put_object(Bucket=bucket, Key="object", Body=b"secret")
        yield bucket
        assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["object"]
        assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == b"secret"

    @staticmethod
    def arguments(given: dict, bucket: str) -> dict:
        return {name: bucket if value is ... else value for name, value in given.items()}

    @pytest.mark.parametrize("method, given", CALLS)
    def test_without_a_signature_nobody(self, endpoint, guarded, method, given):
        anonymous = s3_clients.client(endpoint, signature=UNSIGNED)
        with pytest.raises(ClientError) as caught:
            getattr(anonymous, method)(**self.arguments(given, guarded))
        assert error_of(caught) == ("AccessDenied", 403)

    @pytest.mark.parametrize("method, given", CALLS)
    def test_with_a_wrong_secret_nobody(self, endpoint, guarded, method, given):
        wrong = s3_clients.client(endpoint, secret_key="not-the-secret")
        with pytest.raises(ClientError) as caught:
            getattr(wrong, method)(**self.arguments(given, guarded))
        assert error_of(caught) == ("SignatureDoesNotMatch", 403)

    @pytest.mark.parametrize("signature", ["s3v4", "s3"], ids=["version 4", "version 2"])
    def test_with_an_unknown_access_key_nobody(self, endpoint, guarded, signature):
        unknown = s3_clients.client(endpoint, access_key="nobody", signature=signature)
        with pytest.raises(ClientError) as caught:
            unknown.get_object(Bucket=guarded, Key="object")
        assert error_of(caught) == ("InvalidAccessKeyId", 403)

    @pytest.mark.parametrize("minutes", [-16, 16])
    def test_with_a_clock_off_by_more_than_a_quarter_of_an_hour_nobody(self, endpoint, guarded, minutes):
        answer = signing.request(
            endpoint, "GET", f"/{guarded}/object", skew=datetime.timedelta(minutes=minutes)
        )
        assert (answer.error_code, answer.status) == ("RequestTimeTooSkewed", 403)

    @pytest.mark.parametrize("minutes", [-14, 14])
    def test_with_a_clock_off_by_less_everybody(self, endpoint, guarded, minutes):
        answer = signing.request(
            endpoint, "GET", f"/{guarded}/object", skew=datetime.timedelta(minutes=minutes)
        )
        assert (answer.status, answer.body) == (200, b"secret")

    def test_a_signature_covers_path_query_and_headers(self, endpoint, guarded):
        head = signing.head(
            endpoint,
            "GET",
            f"/{guarded}/object",
            {"response-content-type": "text/plain"},
            {"x-amz-meta-note": "one"},
        )
        changes = [
            (b"/object?", b"/objecu?"),
            (b"text%2Fplain", b"text%2Fhtmls"),
            (b"x-amz-meta-note: one", b"x-amz-meta-note: two"),
            (b"GET /", b"DELETE /"),
        ]
        for old, new in changes:
            assert old in head
            with Connection(endpoint) as connection:
                connection.send(head.replace(old, new))
                answer = connection.response()
            assert (answer.error_code, answer.status) == ("SignatureDoesNotMatch", 403), new
        with Connection(endpoint) as connection:
            connection.send(head)
            assert connection.response().body == b"secret"

    @pytest.mark.parametrize(
        "header",
        [
            "",
            "Basic abc",
            "AWS4-HMAC-SHA256",
            "AWS4-HMAC-SHA256 Credential=a/b/c",
            "AWS x",
            "Bearer x",
            "AWS4-HMAC-SHA256 Credential=/////, SignedHeaders=, Signature=",
            "\x01" * 50,
        ],
    )
    def test_a_mangled_authorization_is_a_clear_refusal(self, endpoint, guarded, header):
        with Connection(endpoint) as connection:
            connection.send(
                (
                    f"GET /{guarded}/object HTTP/1.1\r\nHost: {endpoint.netloc}\r\n"
                    f"Authorization: {header}\r\n\r\n"
                ).encode()
            )
            answer = connection.response()
        assert answer.status in (400, 403), answer
        assert b"secret" not in answer.body


class TestSignatureVersion2:
    def test_the_ordinary_calls(self, endpoint, bucket):
        old = s3_clients.client(endpoint, signature="s3", request_checksum_calculation="when_required")
        body = seeded_bytes("v2", MIB + 1)
        old.put_object(Bucket=bucket, Key="sp ace/ü", Body=body, Metadata={"x": "y"})
        assert (
            old.get_object(Bucket=bucket, Key="sp ace/ü", ResponseContentType="text/x")["Body"].read() == body
        )
        assert [entry["Key"] for entry in old.list_objects_v2(Bucket=bucket, Prefix="sp")["Contents"]] == [
            "sp ace/ü"
        ]
        upload = old.create_multipart_upload(Bucket=bucket, Key="m")["UploadId"]
        part = old.upload_part(Bucket=bucket, Key="m", UploadId=upload, PartNumber=1, Body=b"x")
        old.complete_multipart_upload(
            Bucket=bucket,
            Key="m",
            UploadId=upload,
            MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]},
        )
        old.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "m"}, {"Key": "sp ace/ü"}]})
        assert old.list_objects_v2(Bucket=bucket)["KeyCount"] == 0

    def test_a_wrong_secret(self, endpoint, bucket):
        wrong = s3_clients.client(endpoint, signature="s3", secret_key="wrong")
        with pytest.raises(ClientError) as caught:
            wrong.list_objects_v2(Bucket=bucket)
        assert error_of(caught) == ("SignatureDoesNotMatch", 403)


@pytest.mark.parametrize("signature", ["s3v4", "s3"], ids=["version 4", "version 2"])
class TestPresigned:
    @pytest.fixture
    def signer(self, endpoint, signature):
        return s3_clients.client(endpoint, signature=signature)

    def test_get(self, s3, signer, bucket):
        s3.put_object(Bucket=bucket, Key="sp ace+ü", Body=b"content")
        url = signer.generate_presigned_url(
            "get_object", {"Bucket": bucket, "Key": "sp ace+ü", "ResponseContentType": "text/x"}
        )
        status, headers, body = plain_request("GET", url)
        assert (status, body) == (200, b"content")
        assert {name.lower(): value for name, value in headers.items()}["content-type"] == "text/x"

    def test_put(self, s3, signer, bucket):
        url = signer.generate_presigned_url("put_object", {"Bucket": bucket, "Key": "object"})
        status, _, body = plain_request("PUT", url, b"uploaded")
        assert status == 200, body
        assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == b"uploaded"

    def test_tampered(self, s3, signer, bucket):
        s3.put_object(Bucket=bucket, Key="object", Body=b"x")
        s3.put_object(Bucket=bucket, Key="objecu", Body=b"secret")
        url = signer.generate_presigned_url("get_object", {"Bucket": bucket, "Key": "object"})
        for changed in (
            url.replace("/object?", "/objecu?"),
            url[:-1] + ("0" if url[-1] != "0" else "1"),
            url.replace("Expires=3600", "Expires=7200")
            if "Expires=3600" in url
            else url.replace("Expires=1", "Expires=2"),
        ):
            assert changed != url
            status, _, body = plain_request("GET", changed)
            assert status == 403 and b"<Code>SignatureDoesNotMatch</Code>" in body, changed

    def test_for_another_method(self, s3, signer, bucket):
        url = signer.generate_presigned_url("get_object", {"Bucket": bucket, "Key": "object"})
        status, _, body = plain_request("PUT", url, b"x")
        assert status == 403 and b"<Code>SignatureDoesNotMatch</Code>" in body
        assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0

    def test_expired(self, s3, signer, bucket, monkeypatch):
        s3.put_object(Bucket=bucket, Key="object", Body=b"x")
        past = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=2)
        # With the common runtime installed, botocore has it sign version 4.
        for module in ("botocore.auth", "botocore.crt.auth"):
            monkeypatch.setattr(
                f"{module}.get_current_datetime",
                lambda remove_tzinfo=True: past.replace(tzinfo=None) if remove_tzinfo else past,
            )
        monkeypatch.setattr("botocore.auth.time.time", lambda: past.timestamp())
        url = signer.generate_presigned_url("get_object", {"Bucket": bucket, "Key": "object"}, ExpiresIn=60)
        monkeypatch.undo()
        status, _, body = plain_request("GET", url)
        assert status == 403 and b"<Code>AccessDenied</Code>" in body, body
        assert b"expired" in body.lower()


class TestErrors:
    def test_every_error_names_its_request(self, s3, bucket):
        calls = [
            lambda: s3.get_object(Bucket=bucket, Key="never"),
            lambda: s3.head_object(Bucket=bucket, Key="never"),
            lambda: s3.list_objects_v2(Bucket="never-made-bucket"),
            lambda: s3.create_bucket(Bucket=bucket),
        ]
        seen = set()
        for call in calls:
            with pytest.raises(ClientError) as caught:
                call()
            seen.add(caught.value.response["ResponseMetadata"]["HTTPHeaders"]["x-amz-request-id"])
        assert len(seen) == len(calls)

    def test_the_document_says_what_where_and_which_request(self, endpoint, bucket):
        answer = signing.request(endpoint, "GET", f"/{bucket}/never%20made")
        assert answer.headers["content-type"] == "application/xml"
        assert answer.body.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
        fields = dict(re.findall(r"<(\w+)>([^<]*)</\1>", answer.body.decode()))
        assert fields["Code"] == "NoSuchKey"
        assert fields["Message"]
        assert fields["Key"] == "never made"
        assert fields["BucketName"] == bucket
        assert fields["RequestId"] == answer.headers["x-amz-request-id"]

    def test_success_names_its_request_too(self, s3, bucket):
        answer = s3.put_object(Bucket=bucket, Key="x", Body=b"x")
        assert answer["ResponseMetadata"]["HTTPHeaders"]["x-amz-request-id"]

    @pytest.mark.parametrize(
        "method, path, query",
        [
            ("GET", "", "abac"),
            ("GET", "", "metadataTable"),
            ("POST", "", "metadataTable"),
            ("GET", "/object", "torrent"),
            ("PUT", "/object", "renameObject"),
        ],
    )
    def test_what_is_not_built_says_so(self, endpoint, s3, bucket, method, path, query):
        s3.put_object(Bucket=bucket, Key="object", Body=b"content")
        answer = signing.request(endpoint, method, f"/{bucket}{path}", {query: ""})
        assert (answer.error_code, answer.status) == ("NotImplemented", 501)
        assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == b"content"

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"nonsense",
            b"<Delete>",
            b"<Other/>",
            b"<Delete><Object><Key>x</Key></Object>",
            b'<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><Delete><Object><Key>&e;</Key></Object></Delete>',
            b"<a>" * 100_000,
        ],
        ids=lambda body: f"{body[:20]!r}",
    )
    def test_malformed_xml_is_refused(self, endpoint, s3, bucket, body):
        s3.put_object(Bucket=bucket, Key="x", Body=b"x")
        answer = signing.request(
            endpoint,
            "POST",
            f"/{bucket}",
            {"delete": ""},
            body=body,
            headers={"content-md5": base64.b64encode(hashlib.md5(body).digest()).decode()},
        )
        assert answer.status == 400, answer
        assert answer.error_code in ("MalformedXML", "MissingRequestBodyError", "EntityTooLarge"), answer
        assert b"root:" not in answer.body
        assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 1

    def test_a_put_without_a_length_is_refused(self, endpoint, bucket):
        with Connection(endpoint) as connection:
            connection.send(signing.head(endpoint, "PUT", f"/{bucket}/object"))
            answer = connection.response()
        assert (answer.error_code, answer.status) == ("MissingContentLength", 411)

    def test_an_unknown_method_is_refused(self, endpoint, bucket):
        answer = signing.request(endpoint, "PATCH", f"/{bucket}/object")
        assert (answer.error_code, answer.status) in {("MethodNotAllowed", 405), ("NotImplemented", 501)}

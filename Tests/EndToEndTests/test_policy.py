"""Bucket policies: boto3, the AWS command line and minio-py put them, everybody is bound by them."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import pytest
from botocore import UNSIGNED
from botocore.exceptions import ClientError
from minio import Minio
from minio.error import S3Error

import aws_cli
import s3_clients
from s3_clients import error_of


def document(*statements: dict) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def statement(effect: str, action, resource, principal="*", **more) -> dict:
    resources = [resource] if isinstance(resource, str) else resource
    return {
        "Effect": effect,
        "Principal": principal,
        "Action": action,
        "Resource": [f"arn:aws:s3:::{name}" for name in resources],
        **more,
    }


def public_read(bucket: str, prefix: str = "", **more) -> dict:
    return statement("Allow", ["s3:GetObject"], f"{bucket}/{prefix}*", {"AWS": ["*"]}, **more)


def plain(url: str, method: str = "GET", headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    """What a browser sees."""
    request = urllib.request.Request(url, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


@pytest.fixture
def objects(s3, bucket):
    for key in ("open/a", "secret/a"):
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    return bucket


@pytest.fixture
def anonymous(endpoint):
    return s3_clients.client(endpoint, signature=UNSIGNED)


class TestPublicBuckets:
    def test_everybody_reads_what_the_policy_opens_and_nothing_else(self, s3, endpoint, objects):
        url = f"{endpoint.url}/{objects}"
        assert plain(f"{url}/open/a")[0] == 403
        s3.put_bucket_policy(Bucket=objects, Policy=document(public_read(objects, "open/")))
        assert plain(f"{url}/open/a") == (200, b"open/a")
        assert plain(f"{url}/secret/a")[0] == 403
        assert plain(f"{url}/open/missing")[0] == 403
        assert plain(url)[0] == 403
        assert plain(f"{url}/open/a", "DELETE")[0] == 403
        assert plain(f"{url}/open/a?versionId=null")[0] == 403
        s3.delete_bucket_policy(Bucket=objects)
        assert plain(f"{url}/open/a")[0] == 403

    def test_listing_and_writing_can_be_open_too(self, s3, anonymous, objects):
        s3.put_bucket_policy(
            Bucket=objects,
            Policy=document(
                statement("Allow", "s3:ListBucket", objects),
                statement("Allow", ["s3:GetObject", "s3:PutObject"], f"{objects}/*"),
            ),
        )
        anonymous.put_object(Bucket=objects, Key="new", Body=b"new")
        assert [entry["Key"] for entry in anonymous.list_objects_v2(Bucket=objects)["Contents"]] == [
            "new",
            "open/a",
            "secret/a",
        ]
        with pytest.raises(ClientError) as caught:
            anonymous.get_object(Bucket=objects, Key="missing")
        assert error_of(caught) == ("NoSuchKey", 404)
        with pytest.raises(ClientError) as caught:
            anonymous.delete_object(Bucket=objects, Key="new")
        assert error_of(caught) == ("AccessDenied", 403)

    def test_a_copy_asks_for_its_source_too(self, s3, anonymous, objects):
        s3.put_bucket_policy(
            Bucket=objects,
            Policy=document(
                statement("Allow", "s3:PutObject", f"{objects}/*"),
                statement("Allow", "s3:GetObject", f"{objects}/open/*"),
            ),
        )
        anonymous.copy_object(Bucket=objects, Key="copy", CopySource=f"{objects}/open/a")
        with pytest.raises(ClientError) as caught:
            anonymous.copy_object(Bucket=objects, Key="copy", CopySource=f"{objects}/secret/a")
        assert error_of(caught) == ("AccessDenied", 403)
        assert s3.get_object(Bucket=objects, Key="copy")["Body"].read() == b"open/a"

    def test_each_key_of_a_deletion_is_asked_for(self, s3, anonymous, objects):
        s3.put_bucket_policy(
            Bucket=objects, Policy=document(statement("Allow", "s3:DeleteObject", f"{objects}/open/*"))
        )
        answer = anonymous.delete_objects(
            Bucket=objects, Delete={"Objects": [{"Key": "open/a"}, {"Key": "secret/a"}]}
        )
        assert [entry["Key"] for entry in answer["Deleted"]] == ["open/a"]
        assert [(entry["Key"], entry["Code"]) for entry in answer["Errors"]] == [("secret/a", "AccessDenied")]
        assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=objects)["Contents"]] == ["secret/a"]


class TestConditions:
    def test_the_address_counts(self, s3, endpoint, objects):
        here = {"IpAddress": {"aws:SourceIp": ["127.0.0.0/8", "::1/128"]}}
        away = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
        s3.put_bucket_policy(
            Bucket=objects,
            Policy=document(
                public_read(objects, "open/", Condition=here), public_read(objects, "secret/", Condition=away)
            ),
        )
        assert plain(f"{endpoint.url}/{objects}/open/a")[0] == 200
        forged = {"X-Forwarded-For": "192.0.2.1", "X-Real-IP": "192.0.2.1", "Forwarded": "for=192.0.2.1"}
        assert plain(f"{endpoint.url}/{objects}/secret/a", headers=forged)[0] == 403

    def test_a_trusted_proxy_tells_the_address(self, start_server):
        server = start_server(settings={"RUSTFS_TRUSTED_PROXY_NETWORKS": "127.0.0.1, ::1"})
        s3 = s3_clients.client(server.endpoint)
        s3.create_bucket(Bucket="bucket")
        s3.put_object(Bucket="bucket", Key="a", Body=b"a")
        away = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
        s3.put_bucket_policy(Bucket="bucket", Policy=document(public_read("bucket", Condition=away)))
        url = f"{server.endpoint.url}/bucket/a"
        assert plain(url)[0] == 403
        assert plain(url, headers={"X-Forwarded-For": "203.0.113.5, 192.0.2.1"})[0] == 200
        assert plain(url, headers={"X-Forwarded-For": "192.0.2.1, 203.0.113.5"})[0] == 403

    def test_the_prefix_of_a_listing_counts(self, s3, anonymous, objects):
        condition = {"StringLike": {"s3:prefix": ["open/*"]}}
        s3.put_bucket_policy(
            Bucket=objects, Policy=document(statement("Allow", "s3:ListBucket", objects, Condition=condition))
        )
        listed = anonymous.list_objects_v2(Bucket=objects, Prefix="open/")
        assert [entry["Key"] for entry in listed["Contents"]] == ["open/a"]
        for arguments in ({}, {"Prefix": "secret/"}, {"Prefix": ""}):
            with pytest.raises(ClientError) as caught:
                anonymous.list_objects_v2(Bucket=objects, **arguments)
            assert error_of(caught) == ("AccessDenied", 403)

    def test_a_header_of_the_request_counts(self, s3, endpoint, objects):
        condition = {"StringLike": {"aws:Referer": ["https://example.com/*"]}}
        s3.put_bucket_policy(Bucket=objects, Policy=document(public_read(objects, Condition=condition)))
        url = f"{endpoint.url}/{objects}/open/a"
        assert plain(url, headers={"Referer": "https://example.com/page"})[0] == 200
        assert plain(url, headers={"Referer": "https://example.org/page"})[0] == 403
        assert plain(url)[0] == 403


class TestDenial:
    def test_deny_beats_allow_for_everybody(self, s3, anonymous, objects):
        s3.put_bucket_policy(
            Bucket=objects,
            Policy=document(
                public_read(objects), statement("Deny", "s3:GetObject", f"{objects}/secret/*", Sid="Keep")
            ),
        )
        assert anonymous.get_object(Bucket=objects, Key="open/a")["Body"].read() == b"open/a"
        for client in (anonymous, s3):
            with pytest.raises(ClientError) as caught:
                client.get_object(Bucket=objects, Key="secret/a")
            assert error_of(caught) == ("AccessDenied", 403)

    def test_the_owner_mends_a_policy_that_locks_everybody_out(self, s3, objects):
        s3.put_bucket_policy(
            Bucket=objects, Policy=document(statement("Deny", "s3:*", [objects, f"{objects}/*"]))
        )
        with pytest.raises(ClientError) as caught:
            s3.list_objects_v2(Bucket=objects)
        assert error_of(caught) == ("AccessDenied", 403)
        assert "Deny" in s3.get_bucket_policy(Bucket=objects)["Policy"]
        s3.delete_bucket_policy(Bucket=objects)
        assert s3.list_objects_v2(Bucket=objects)["KeyCount"] == 2


class TestTheDocument:
    def test_it_is_given_back_as_it_was_put(self, s3, bucket):
        with pytest.raises(ClientError) as caught:
            s3.get_bucket_policy(Bucket=bucket)
        assert error_of(caught) == ("NoSuchBucketPolicy", 404)
        assert s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"] == {"IsPublic": False}
        text = document(public_read(bucket))
        answer = s3.put_bucket_policy(Bucket=bucket, Policy=text)
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
        assert s3.get_bucket_policy(Bucket=bucket)["Policy"] == text
        assert s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"] == {"IsPublic": True}
        s3.put_bucket_policy(
            Bucket=bucket,
            Policy=document(public_read(bucket, Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})),
        )
        assert s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"] == {"IsPublic": False}
        s3.delete_bucket_policy(Bucket=bucket)
        s3.delete_bucket_policy(Bucket=bucket)

    @pytest.mark.parametrize(
        "change",
        [
            {"Version": "2013-01-01"},
            {"Statement": []},
            {"Effect": "Maybe"},
            {"Resource": "arn:aws:s3:::another-bucket/*"},
            {"Action": "s3:NoSuchThing"},
            {"Principal": {"Nobody": "*"}},
            {"Condition": {"StringSometimes": {"s3:prefix": "x"}}},
            {"Condition": {"StringEquals": {"s3:no-such-key": "x"}}},
        ],
        ids=lambda change: "-".join(change),
    )
    def test_a_mistake_is_refused_with_its_reason(self, s3, bucket, change):
        policy = json.loads(document(public_read(bucket)))
        for name, value in change.items():
            (policy if name in policy else policy["Statement"][0])[name] = value
        with pytest.raises(ClientError) as caught:
            s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
        assert error_of(caught) == ("MalformedPolicy", 400)
        assert len(caught.value.response["Error"]["Message"]) > len("The policy is not valid.")

    def test_twenty_kibibytes_are_the_limit(self, s3, bucket):
        text = document(public_read(bucket))
        fitting = text + " " * (20 * 1024 - len(text))
        s3.put_bucket_policy(Bucket=bucket, Policy=fitting)
        with pytest.raises(ClientError) as caught:
            s3.put_bucket_policy(Bucket=bucket, Policy=fitting + " ")
        assert error_of(caught) == ("MalformedPolicy", 400)


class TestOtherClients:
    @pytest.mark.parametrize("version", aws_cli.PROGRAMS)
    def test_aws(self, endpoint, s3, objects, tmp_path, version):
        aws = aws_cli.installed(version, endpoint, tmp_path)
        file = tmp_path / "policy.json"
        file.write_text(document(public_read(objects, "open/")))
        aws("s3api", "put-bucket-policy", "--bucket", objects, "--policy", f"file://{file}")
        answer = aws.json("get-bucket-policy", "--bucket", objects)
        assert json.loads(answer["Policy"]) == json.loads(file.read_text())
        aws("s3", "cp", "--no-sign-request", f"s3://{objects}/open/a", tmp_path / "copy")
        assert (tmp_path / "copy").read_bytes() == b"open/a"
        aws("s3", "cp", "--no-sign-request", f"s3://{objects}/secret/a", tmp_path / "copy", fails=True)
        aws("s3api", "delete-bucket-policy", "--bucket", objects)
        aws("s3", "cp", "--no-sign-request", f"s3://{objects}/open/a", tmp_path / "copy", fails=True)

    def test_minio_py(self, endpoint, objects):
        """The example of its documentation."""
        owner = Minio(
            endpoint=endpoint.netloc,
            access_key=endpoint.access_key,
            secret_key=endpoint.secret_key,
            secure=False,
        )
        nobody = Minio(endpoint=endpoint.netloc, secure=False)
        policy = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": "*"},
                    "Action": ["s3:GetBucketLocation", "s3:ListBucket"],
                    "Resource": f"arn:aws:s3:::{objects}",
                },
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": "*"},
                    "Action": "s3:GetObject",
                    "Resource": f"arn:aws:s3:::{objects}/*",
                },
            ],
        }
        with pytest.raises(S3Error) as caught:
            owner.get_bucket_policy(bucket_name=objects)
        assert caught.value.code == "NoSuchBucketPolicy"
        owner.set_bucket_policy(bucket_name=objects, policy=json.dumps(policy))
        assert json.loads(owner.get_bucket_policy(bucket_name=objects)) == policy
        names = [entry.object_name for entry in nobody.list_objects(bucket_name=objects, recursive=True)]
        assert names == ["open/a", "secret/a"]
        answer = nobody.get_object(bucket_name=objects, object_name="open/a")
        assert answer.read() == b"open/a"
        answer.close()
        answer.release_conn()
        owner.delete_bucket_policy(bucket_name=objects)
        with pytest.raises(S3Error) as caught:
            list(nobody.list_objects(bucket_name=objects))
        assert caught.value.code == "AccessDenied"


def test_a_policy_outlives_a_restart_and_a_kill(start_server):
    server = start_server()
    s3 = s3_clients.client(server.endpoint)
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="a", Body=b"a")
    text = document(public_read("bucket"))
    s3.put_bucket_policy(Bucket="bucket", Policy=text)
    server.kill()
    server.start()
    assert plain(f"{server.endpoint.url}/bucket/a") == (200, b"a")
    server.stop()
    server.start()
    assert s3.get_bucket_policy(Bucket="bucket")["Policy"] == text
    s3.delete_bucket_policy(Bucket="bucket")
    server.kill()
    server.start()
    assert plain(f"{server.endpoint.url}/bucket/a")[0] == 403


def test_the_audit_says_who_what_and_why(start_server):
    server = start_server(settings={"MARTLET_AUDIT_ENABLE": "on", "MARTLET_QUIET": "on"})
    s3 = s3_clients.client(server.endpoint)
    s3.create_bucket(Bucket="bucket")
    s3.put_bucket_policy(
        Bucket="bucket", Policy=document(statement("Deny", "s3:GetObject", "bucket/*", Sid="Never"))
    )
    with pytest.raises(ClientError):
        s3.get_object(Bucket="bucket", Key="a")
    assert plain(f"{server.endpoint.url}/bucket?location")[0] == 403
    server.stop()
    log = server.log_path.read_text()
    denied = [line for line in log.splitlines() if "Never" in line]
    assert len(denied) == 1 and "s3:GetObject on arn:aws:s3:::bucket/a" in denied[0], log
    assert server.access_key in denied[0]
    assert any("anonymous" in line and "s3:GetBucketLocation" in line for line in log.splitlines()), log
    assert server.secret_key not in log


def test_guesses_at_a_secret_are_turned_away(start_server):
    server = start_server(settings={"MARTLET_SIGN_IN_FAILURES_MAX": "3"})
    guesser = s3_clients.client(server.endpoint, secret_key="not-the-secret")
    for expected in [("SignatureDoesNotMatch", 403)] * 3 + [("SlowDown", 503)] * 2:
        with pytest.raises(ClientError) as caught:
            guesser.list_buckets()
        assert error_of(caught) == expected

"""boto3's STS client against the security token service."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import boto3
import pytest
from botocore.exceptions import ClientError

from test_admin import SECRET, admin, bucket_name, client_of, user  # noqa: F401


@pytest.fixture(autouse=True)
def service(endpoint) -> None:
    form = urllib.request.Request(f"http://{endpoint.netloc}/", data=b"Version=2011-06-15&Action=AssumeRole")
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(form)
    if b"https://sts.amazonaws.com/doc/2011-06-15/" not in caught.value.read():
        pytest.skip("the server answers no calls of the security token service")


def sts(endpoint, access_key: str, secret_key: str, token: str | None = None):
    return boto3.client(
        "sts",
        endpoint_url=f"http://{endpoint.netloc}",
        region_name="us-east-1",
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        aws_session_token=token,
    )


def assume(client, **arguments):
    return client.assume_role(RoleArn="arn:aws:iam:::role/any", RoleSessionName="session", **arguments)["Credentials"]


def test_a_session_does_what_its_user_may(endpoint) -> None:
    keys = assume(sts(endpoint, endpoint.access_key, endpoint.secret_key), DurationSeconds=900)
    client = client_of(endpoint, keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
    assert client.list_buckets() is not None


def test_a_session_policy_narrows(endpoint) -> None:
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::nothing/*"}],
    }
    keys = assume(sts(endpoint, endpoint.access_key, endpoint.secret_key), Policy=json.dumps(policy))
    client = client_of(endpoint, keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
    with pytest.raises(Exception) as caught:
        client.make_bucket(bucket_name="not-to-be-made")
    assert "AccessDenied" in str(caught.value)


def test_sessions_make_no_sessions(endpoint) -> None:
    keys = assume(sts(endpoint, endpoint.access_key, endpoint.secret_key))
    derived = sts(endpoint, keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
    with pytest.raises(ClientError) as caught:
        assume(derived)
    assert caught.value.response["Error"]["Code"] == "AccessDenied"


@pytest.mark.parametrize("seconds", [899, 604801])
def test_a_lifetime_out_of_range_is_refused(endpoint, seconds: int) -> None:
    with pytest.raises(ClientError):
        assume(sts(endpoint, endpoint.access_key, endpoint.secret_key), DurationSeconds=seconds)


def test_a_wrong_secret_is_refused(endpoint) -> None:
    with pytest.raises(ClientError) as caught:
        assume(sts(endpoint, endpoint.access_key, "another-secret-key"))
    assert caught.value.response["Error"]["Code"] == "AccessDenied"

"""Clients of the security token service, and clients that use what it hands out."""

from __future__ import annotations

import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Any

import boto3
import botocore
import pytest
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import ClientError

from martlet_process import Endpoint

NO_RETRIES = {"max_attempts": 0}
# What boto3 asks for, and the server does not.
ROLE = {"RoleArn": "arn:aws:iam:::role/any", "RoleSessionName": "session"}


@dataclass(frozen=True)
class Keys:
    """Temporary credentials."""

    access_key: str
    secret_key: str
    token: str | None

    @classmethod
    def of(cls, credentials: dict[str, Any]) -> Keys:
        return cls(credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"])


def sts(
    endpoint: Endpoint,
    access_key: str | None = None,
    secret_key: str | None = None,
    token: str | None = None,
):
    """Signs as root unless told otherwise; what it sends the server is to judge, not the client."""
    return boto3.client(
        "sts",
        endpoint_url=endpoint.url,
        region_name=endpoint.region,
        aws_access_key_id=access_key or endpoint.access_key,
        aws_secret_access_key=secret_key or endpoint.secret_key,
        aws_session_token=token,
        config=Config(retries=NO_RETRIES, parameter_validation=False),
    )


def unsigned_sts(endpoint: Endpoint):
    config = Config(signature_version=botocore.UNSIGNED, retries=NO_RETRIES)
    return boto3.client("sts", endpoint_url=endpoint.url, region_name=endpoint.region, config=config)


def assume(client, **arguments) -> Keys:
    return Keys.of(client.assume_role(**ROLE, **arguments)["Credentials"])


def s3_of(endpoint: Endpoint, keys: Keys) -> BaseClient:
    return boto3.client(
        "s3",
        endpoint_url=endpoint.url,
        region_name=endpoint.region,
        aws_access_key_id=keys.access_key,
        aws_secret_access_key=keys.secret_key,
        aws_session_token=keys.token,
        config=Config(s3={"addressing_style": "path"}, retries=NO_RETRIES),
    )


def refusal(call, **arguments) -> tuple[str, int]:
    """Code and status with which a call of boto3 fails."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def send_form(endpoint: Endpoint, **parameters: str) -> tuple[int, str]:
    """Status and body of an unsigned call, for those that boto3 does not have."""
    form = urllib.parse.urlencode({"Version": "2011-06-15"} | parameters).encode()
    try:
        answer = urllib.request.urlopen(f"{endpoint.url}/", form)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return answer.status, answer.read().decode()


def code_of(body: str) -> str | None:
    found = re.search("<Code>([^<]+)</Code>", body)
    return found.group(1) if found else None


def keys_in(body: str) -> Keys:
    def text(name: str) -> str:
        found = re.search(f"<{name}>([^<]+)</{name}>", body)
        assert found, body
        return found.group(1)

    return Keys(text("AccessKeyId"), text("SecretAccessKey"), text("SessionToken"))


def policy_document(*actions: str, resource: str = "arn:aws:s3:::*", effect: str = "Allow") -> dict[str, Any]:
    statement = {"Effect": effect, "Action": list(actions), "Resource": [resource]}
    return {"Version": "2012-10-17", "Statement": [statement]}

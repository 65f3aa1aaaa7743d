"""boto3 clients for an endpoint."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.client import BaseClient
from botocore.config import Config

from martlet_process import Endpoint


def client(
    endpoint: Endpoint,
    *,
    access_key: str | None = None,
    secret_key: str | None = None,
    session_token: str | None = None,
    signature: Any = "s3v4",
    **config: Any,
) -> BaseClient:
    """A client that does not retry, so that a test sees the server's first answer."""
    settings: dict[str, Any] = dict(
        signature_version=signature,
        s3={"addressing_style": "path"},
        retries={"max_attempts": 0},
        connect_timeout=10,
        read_timeout=60,
        max_pool_connections=64,
    )
    return boto3.session.Session().client(
        "s3",
        endpoint_url=endpoint.url,
        region_name=endpoint.region,
        aws_access_key_id=access_key or endpoint.access_key,
        aws_secret_access_key=secret_key or endpoint.secret_key,
        aws_session_token=session_token,
        verify=str(endpoint.authority) if endpoint.authority else None,
        config=Config(**(settings | config)),
    )


def error_of(caught: Any) -> tuple[str, int]:
    """The S3 code and the HTTP status of a ClientError that pytest.raises caught."""
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]

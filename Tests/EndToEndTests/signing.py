"""Signature version 4 by hand, for requests no client library would send."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import quote

import rawhttp
from martlet_process import Endpoint

UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
UNRESERVED = "-_.~"


def encoded_path(*segments: str) -> str:
    """`/bucket/key` with everything but unreserved characters and slashes escaped."""
    return "/" + "/".join(quote(segment, safe="/" + UNRESERVED) for segment in segments if segment)


def encoded_query(query: Mapping[str, str]) -> str:
    return "&".join(
        sorted(f"{quote(k, safe=UNRESERVED)}={quote(v, safe=UNRESERVED)}" for k, v in query.items())
    )


def signing_key(secret_key: str, day: str, region: str, service: str = "s3") -> bytes:
    key = f"AWS4{secret_key}".encode()
    for text in (day, region, service, "aws4_request"):
        key = hmac.digest(key, text.encode(), "sha256")
    return key


NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Signed:
    """A request's headers, and what the signatures of its chunks go on from."""

    headers: dict[str, str]
    signature: str
    stamp: str
    scope: str
    key: bytes

    def next_signature(self, kind: str, previous: str, *digests: str) -> str:
        """The signature of a chunk (`PAYLOAD`) or of the trailer (`TRAILER`) after the one before."""
        text = "\n".join([f"AWS4-HMAC-SHA256-{kind}", self.stamp, self.scope, previous, *digests])
        return hmac.new(self.key, text.encode(), "sha256").hexdigest()


def sha256_hex(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def sign(
    endpoint: Endpoint,
    method: str,
    path: str,
    query: Mapping[str, str] = NOTHING,
    headers: Mapping[str, str] = NOTHING,
    payload: str = UNSIGNED_PAYLOAD,
    skew: datetime.timedelta = datetime.timedelta(),
    secret_key: str | None = None,
) -> Signed:
    """Signs; the headers are those given plus host, date, payload digest and authorization.

    `path` is already escaped; `skew` is how far the client's clock is off.
    """
    stamp = (datetime.datetime.now(datetime.UTC) + skew).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{stamp[:8]}/{endpoint.region}/s3/aws4_request"
    every = {name.lower(): value for name, value in headers.items()}
    every |= {"host": endpoint.netloc, "x-amz-date": stamp, "x-amz-content-sha256": payload}
    names = ";".join(sorted(every))
    lines = [f"{name}:{re.sub(' +', ' ', every[name].strip())}" for name in sorted(every)]
    canonical = "\n".join([method, path, encoded_query(query), *lines, "", names, payload])
    text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, sha256_hex(canonical.encode())])
    key = signing_key(secret_key or endpoint.secret_key, stamp[:8], endpoint.region)
    signature = hmac.new(key, text.encode(), "sha256").hexdigest()
    every["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={endpoint.access_key}/{scope}, "
        f"SignedHeaders={names}, Signature={signature}"
    )
    return Signed(every, signature, stamp, scope, key)


def head_bytes(method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> bytes:
    target = path + (f"?{encoded_query(query)}" if query else "")
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def head(
    endpoint: Endpoint,
    method: str,
    path: str,
    query: Mapping[str, str] = NOTHING,
    headers: Mapping[str, str] = NOTHING,
    **signing,
) -> bytes:
    """A whole signed request head, ready for a socket."""
    return head_bytes(method, path, query, sign(endpoint, method, path, query, headers, **signing).headers)


def request(
    endpoint: Endpoint,
    method: str,
    path: str,
    query: Mapping[str, str] = NOTHING,
    headers: Mapping[str, str] = NOTHING,
    body: bytes = b"",
    **signing,
) -> rawhttp.Response:
    """One signed request on a connection of its own."""
    every = dict(headers)
    if body or method in ("PUT", "POST"):
        every["content-length"] = str(len(body))
    with rawhttp.Connection(endpoint) as connection:
        connection.send(head(endpoint, method, path, query, every, **signing) + body)
        return connection.response(method)


def put(endpoint: Endpoint, bucket: str, key: str, body: bytes) -> tuple[int, str | None]:
    """PUTs by hand; returns the status and the error code, if there is one."""
    path = f"/{bucket}/" + quote(key, safe="/" + UNRESERVED)
    answer = request(endpoint, "PUT", path, body=body)
    return answer.status, answer.error_code

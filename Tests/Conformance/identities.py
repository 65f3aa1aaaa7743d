"""Whom the suite signs in as, how the server learns of them, and the file in which the suite reads of them."""

from __future__ import annotations

import configparser
import hashlib
import json
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials


@dataclass(frozen=True)
class Identity:
    """A section of the suite's settings. Its account is the server's own where `account` is empty."""

    section: str
    access_key: str
    secret_key: str
    user_id: str
    display_name: str
    account: str = ""

    @property
    def email(self) -> str:
        return f"{self.section.replace(' ', '-')}@example.com"


def user(section: str, account: str) -> Identity:
    """A user of an account of its own. The suite knows one id for what S3 calls an access key's user name and
    for what it calls a canonical id, so both are the same here."""
    identifier = hashlib.sha256(section.encode()).hexdigest()
    return Identity(section, identifier, f"secret-of-{section.replace(' ', '-')}", identifier, section, account)


# The suite's main user may do everything in its account: the root user.
MAIN = Identity(
    section="s3 main",
    access_key="conformancemain",
    secret_key="conformance-secret-1",
    user_id="02d6176db174dc93cb1b899f7c6078f08654445fe8cf1b6ce98d8855f66bdbf4",
    display_name="martlet",
)
USERS = [
    user("s3 alt", account="100000000001"),
    user("s3 tenant", account="100000000002"),
    user("iam", account=""),
    user("iam root", account="100000000003"),
    user("iam alt root", account="100000000004"),
]
TENANT = "100000000002"
# What a user's own policies allow; a bucket of another account has to agree.
POLICIES = ["readwrite"]


def provision(url: str, region: str) -> None:
    """Makes the users at a running server, through the plain form of its administration interface."""
    for identity in USERS:
        body: dict[str, object] = {"secretKey": identity.secret_key, "status": "enabled"}
        if identity.account:
            body["account"] = {
                "id": identity.account,
                "canonicalID": identity.user_id,
                "displayName": identity.display_name,
            }
        call(url, region, "add-user", {"accessKey": identity.access_key}, body)
        attached = {"policyName": ",".join(POLICIES), "userOrGroup": identity.access_key, "isGroup": "false"}
        call(url, region, "set-user-or-group-policy", attached)


def call(url: str, region: str, name: str, query: dict[str, str], body: object = None) -> None:
    address = f"{url}/rustfs/admin/v3/{name}?{urllib.parse.urlencode(query)}"
    data = b"" if body is None else json.dumps(body).encode()
    request = AWSRequest("PUT", address, data=data)
    S3SigV4Auth(Credentials(MAIN.access_key, MAIN.secret_key), "s3", region).add_auth(request)
    sent = urllib.request.Request(address, data=data, headers=dict(request.headers), method="PUT")
    try:
        urllib.request.urlopen(sent, timeout=30).close()
    except urllib.error.HTTPError as error:
        text = error.read().decode(errors="replace")
        raise SystemExit(f"conformance: {name} was answered {error.code}: {text}") from error


def write_suite_settings(path: Path, host: str, port: int, region: str) -> None:
    """The suite's own settings file, for one server."""
    settings = configparser.RawConfigParser()
    settings["DEFAULT"] = {"host": host, "port": str(port), "is_secure": "False", "ssl_verify": "False"}
    settings["fixtures"] = {"bucket prefix": "conformance-{random}-"}
    for identity in (MAIN, *USERS):
        settings[identity.section] = {
            "access_key": identity.access_key,
            "secret_key": identity.secret_key,
            "user_id": identity.user_id,
            "display_name": identity.display_name,
            "email": identity.email,
        }
    settings["s3 main"]["api_name"] = region
    settings["s3 tenant"]["tenant"] = TENANT
    with open(path, "w") as file:
        settings.write(file)

"""AssumeRoleWithWebIdentity against a real OpenID provider: boto3, minio-py and forged tokens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time

import pytest
from authlib import jose
from minio import Minio
from minio.credentials import ClientGrantsProvider, WebIdentityProvider

import polling
from openid_provider import OpenIDProvider, segment, unsigned
from sessions import Keys, code_of, policy_document, refusal, s3_of, send_form, unsigned_sts
from test_admin import admin_of

CLIENT = "martlet"
# AWS's clients name a role whatever the provider is.
ANY_ROLE = "arn:minio:iam:::role/dummy-internal"


@pytest.fixture
def provider():
    made = OpenIDProvider(
        {
            "ann": {"policy": "readonly", "email": "ann@example.org"},
            "bo": {"policy": ["writeonly", "no-such-policy"]},
            "cid": {"policy": "no-such-policy"},
            "dora": {},
            "eve": {"policy": "readwrite"},
        }
    )
    yield made
    made.stop()


def settings(provider: OpenIDProvider, name: str = "", **values: str) -> dict[str, str]:
    every = {"config_url": provider.config_url, "client_id": CLIENT} | values
    suffix = f"_{name}" if name else ""
    return {f"MINIO_IDENTITY_OPENID_{key.upper()}{suffix}": value for key, value in every.items()}


def role_arn(client: str, region: str = "") -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha1(client.encode()).digest()).rstrip(b"=").decode()
    return f"arn:minio:iam:{region}::role/{digest}"


def exchange(endpoint, token: str, role: str = ANY_ROLE, **arguments) -> Keys:
    return Keys.of(answer_of(endpoint, token, role, **arguments)["Credentials"])


def answer_of(endpoint, token: str, role: str = ANY_ROLE, **arguments):
    return unsigned_sts(endpoint).assume_role_with_web_identity(
        RoleArn=role, RoleSessionName="session", WebIdentityToken=token, **arguments
    )


def refused(endpoint, token: str, role: str = ANY_ROLE) -> str:
    call = unsigned_sts(endpoint).assume_role_with_web_identity
    return refusal(call, RoleArn=role, RoleSessionName="session", WebIdentityToken=token)[0]


def test_a_claim_names_the_policies(start_server, provider: OpenIDProvider) -> None:
    endpoint = start_server(settings=settings(provider)).endpoint
    root = s3_of(endpoint, Keys(endpoint.access_key, endpoint.secret_key, None))
    root.create_bucket(Bucket="photos")
    root.put_object(Bucket="photos", Key="a", Body=b"text")

    token, _ = provider.log_in("ann", CLIENT)
    answer = answer_of(endpoint, token)
    assert answer["SubjectFromWebIdentityToken"] == "ann"
    assert answer["Audience"] == CLIENT and answer["Provider"] == provider.issuer
    ann = s3_of(endpoint, Keys.of(answer["Credentials"]))
    assert ann.get_object(Bucket="photos", Key="a")["Body"].read() == b"text"
    assert refusal(ann.put_object, Bucket="photos", Key="a", Body=b"x") == ("AccessDenied", 403)

    bo = s3_of(endpoint, exchange(endpoint, provider.log_in("bo", CLIENT)[0]))
    bo.put_object(Bucket="photos", Key="b", Body=b"x")
    assert refusal(bo.get_object, Bucket="photos", Key="a") == ("AccessDenied", 403)

    assert refused(endpoint, provider.log_in("cid", CLIENT)[0]) == "InvalidParameterValue"
    assert refused(endpoint, provider.log_in("dora", CLIENT)[0]) == "InvalidIdentityToken"


def test_a_session_policy_narrows(start_server, provider: OpenIDProvider) -> None:
    endpoint = start_server(settings=settings(provider)).endpoint
    policy = json.dumps(policy_document("s3:GetObject"))
    keys = exchange(endpoint, provider.log_in("ann", CLIENT)[0], Policy=policy, DurationSeconds=900)
    assert refusal(s3_of(endpoint, keys).list_objects_v2, Bucket="photos")[0] == "AccessDenied"


def test_a_role_has_its_policies(start_server, provider: OpenIDProvider) -> None:
    """Two providers: one's tokens name policies, the other's users have those of its role."""
    both = settings(provider) | settings(provider, "STAFF", client_id="staff", role_policy="writeonly,own")
    server = start_server(settings=both)
    endpoint = server.endpoint
    admin = admin_of(endpoint, endpoint.access_key, endpoint.secret_key)
    own = policy_document("s3:GetObject", resource="arn:aws:s3:::photos/${jwt:sub}/*")
    admin.policy_add("own", policy=own)
    root = s3_of(endpoint, Keys(endpoint.access_key, endpoint.secret_key, None))
    root.create_bucket(Bucket="photos")
    for name in ("ann", "bo"):
        root.put_object(Bucket="photos", Key=f"{name}/a", Body=name.encode())

    token, _ = provider.log_in("dora", "staff")
    for role in (role_arn("staff"), role_arn("staff", "us-east-1")):
        dora = s3_of(endpoint, exchange(endpoint, token, role))
        dora.put_object(Bucket="photos", Key="d", Body=b"x")
        assert refusal(dora.get_object, Bucket="photos", Key="d") == ("AccessDenied", 403)
    ann = s3_of(endpoint, exchange(endpoint, provider.log_in("ann", "staff")[0], role_arn("staff")))
    assert ann.get_object(Bucket="photos", Key="ann/a")["Body"].read() == b"ann"
    assert refusal(ann.get_object, Bucket="photos", Key="bo/a") == ("AccessDenied", 403)

    # A role's policies are no claim's, and a token is for one provider only.
    assert refused(endpoint, token) == "InvalidIdentityToken"
    assert refused(endpoint, provider.log_in("ann", CLIENT)[0], role_arn("staff")) == "InvalidIdentityToken"
    # In force again after a restart.
    server.stop()
    server.start()
    dora.put_object(Bucket="photos", Key="d", Body=b"x")


def test_no_token_chooses_its_role(start_server, provider: OpenIDProvider) -> None:
    both = settings(provider) | settings(provider, "STAFF", client_id="staff", role_policy="consoleAdmin")
    endpoint = start_server(settings=both).endpoint
    token = provider.sign(CLIENT, policy="readonly", roleArn=role_arn("staff"), parent=endpoint.access_key)
    client = s3_of(endpoint, exchange(endpoint, token))
    assert refusal(client.create_bucket, Bucket="photos") == ("AccessDenied", 403)


def test_forged_and_foreign_tokens_are_refused(start_server, provider: OpenIDProvider) -> None:
    endpoint = start_server(settings=settings(provider)).endpoint
    good, _ = provider.log_in("ann", CLIENT)
    exchange(endpoint, good)
    head, payload, signature = good.split(".")
    claims = {"iss": provider.issuer, "aud": CLIENT, "sub": "ann", "policy": "consoleAdmin"}
    claims["exp"] = int(time.time()) + 600
    stranger = jose.RSAKey.generate_key(is_private=True)
    kid = provider.storage.jwk.as_dict()["kid"]
    public = provider.storage.jwk.as_pem(is_private=False)
    confused = f"{segment(json.dumps({'alg': 'HS256', 'kid': kid}).encode())}.{payload}"
    mac = segment(hmac.digest(public, confused.encode(), "sha256"))
    tokens = {
        "for another client": provider.log_in("ann", "other")[0],
        "alg none": unsigned(good),
        "signature cut": f"{head}.{payload}.",
        "signature of another": f"{head}.{payload}.{segment(b'x' * 256)}",
        "other claims": f"{head}.{segment(json.dumps(claims).encode())}.{signature}",
        "a stranger's key": jose.jwt.encode({"alg": "RS256", "kid": kid}, claims, stranger).decode(),
        "the public key as a secret": f"{confused}.{mac}",
        "another issuer": provider.sign(CLIENT, policy="readonly", iss="https://other.example"),
        "no subject": provider.sign(CLIENT, policy="readonly", sub=""),
        "not yet valid": provider.sign(CLIENT, policy="readonly", nbf=int(time.time()) + 600),
        "nonsense": "nonsense",
    }
    for what, token in tokens.items():
        assert refused(endpoint, token) == "InvalidIdentityToken", what
    expired = provider.sign(CLIENT, policy="readonly", exp=int(time.time()) - 3600)
    assert refused(endpoint, expired) == "ExpiredToken"


def test_credentials_end_with_their_token(start_server, provider: OpenIDProvider) -> None:
    endpoint = start_server(settings=settings(provider)).endpoint
    token = provider.sign(CLIENT, policy="readwrite", exp=int(time.time()) + 4)
    client = s3_of(endpoint, exchange(endpoint, token))
    client.list_buckets()

    def ends() -> str | None:
        try:
            client.list_buckets()
        except client.exceptions.ClientError as error:
            return error.response["Error"]["Code"]
        return None

    assert polling.until(ends, 15, "the credentials end", interval=0.2) == "ExpiredToken"


def test_a_new_key_counts_and_the_old_one_does_not(start_server, provider: OpenIDProvider) -> None:
    endpoint = start_server(settings=settings(provider)).endpoint
    old, _ = provider.log_in("ann", CLIENT)
    exchange(endpoint, old)
    provider.change_key()
    new, _ = provider.log_in("ann", CLIENT)

    def is_accepted() -> bool:
        status, _ = send_form(endpoint, Action="AssumeRoleWithWebIdentity", WebIdentityToken=new)
        return status == 200

    # The provider is not asked for keys all the time.
    polling.until(is_accepted, 20, "the new key counts", interval=0.5)
    assert refused(endpoint, old) == "InvalidIdentityToken"


def test_more_claims_are_asked_of_the_provider(start_server, provider: OpenIDProvider) -> None:
    endpoint = start_server(settings=settings(provider, claim_userinfo="on")).endpoint
    _, access = provider.log_in("ann", CLIENT)
    bare = provider.sign(CLIENT)
    call = {"Action": "AssumeRoleWithWebIdentity", "WebIdentityToken": bare}
    assert send_form(endpoint, **call)[0] == 400
    assert send_form(endpoint, **call, WebIdentityAccessToken=access)[0] == 200
    assert send_form(endpoint, **call, WebIdentityAccessToken=provider.log_in("bo", CLIENT)[1])[0] == 400


def test_a_provider_that_is_down_holds_up_nobody(start_server, provider: OpenIDProvider) -> None:
    token, _ = provider.log_in("ann", CLIENT)
    provider.server.shutdown()
    provider.server.server_close()
    endpoint = start_server(settings=settings(provider)).endpoint
    root = Keys(endpoint.access_key, endpoint.secret_key, None)
    assert refused(endpoint, token) == "IDPCommunicationError"
    s3_of(endpoint, root).list_buckets()


def test_without_a_provider_there_is_none(endpoint) -> None:
    status, body = send_form(endpoint, Action="AssumeRoleWithWebIdentity", WebIdentityToken="a.b.c")
    assert (status, code_of(body)) == (501, "NotImplemented")


def test_guesses_at_tokens_end(start_server, provider: OpenIDProvider) -> None:
    limits = {"MARTLET_SIGN_IN_FAILURES_MAX": "2"}
    endpoint = start_server(settings=settings(provider) | limits).endpoint
    token, _ = provider.log_in("ann", CLIENT)
    for _ in range(2):
        assert refused(endpoint, unsigned(token)) == "InvalidIdentityToken"
    assert refused(endpoint, token) == "SlowDown"


@pytest.mark.parametrize("kind", [WebIdentityProvider, ClientGrantsProvider])
def test_minio_py_exchanges_a_token(start_server, provider: OpenIDProvider, kind) -> None:
    endpoint = start_server(settings=settings(provider)).endpoint
    token, _ = provider.log_in("eve", CLIENT)
    credentials = kind(
        jwt_provider_func=lambda: {"access_token": token, "expires_in": "3600"}, sts_endpoint=endpoint.url
    )
    client = Minio(endpoint=endpoint.netloc, credentials=credentials, region="us-east-1", secure=False)
    assert client.list_buckets() == []


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"MARTLET_IDENTITY_OPENID_CLIENT_ID": "c"}, "MARTLET_IDENTITY_OPENID_CONFIG_URL"),
        ({"MINIO_IDENTITY_OPENID_CONFIG_URL_X": "no-url"}, "MINIO_IDENTITY_OPENID_C"),
        ({"MARTLET_IDENTITY_OPENID_CLIENT_IDS": "c"}, "MARTLET_IDENTITY_OPENID_CLIENT_IDS"),
        ({"MINIO_IDENTITY_OPENID_VENDOR": "keycloak"}, "MINIO_IDENTITY_OPENID_"),
    ],
)
def test_a_wrong_setting_is_named(start_server, values: dict[str, str], named: str) -> None:
    server = start_server(ready=False, settings=values, judged=False)
    assert server.process.wait(30) == 1
    server.process = None
    assert named in server.log_tail()

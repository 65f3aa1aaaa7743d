"""AssumeRole: boto3's STS client and minio-py's provider, and what becomes of the credentials they get."""

from __future__ import annotations

import json

import pytest
from minio import Minio
from minio.credentials import AssumeRoleProvider
from minio.error import S3Error

import rawhttp
import signing
from sessions import ROLE, Keys, assume, policy_document, refusal, s3_of, sts
from test_admin import SECRET, admin, admin_of, bucket_name, client_of, user  # noqa: F401


@pytest.fixture
def reader(admin, user: str) -> str:  # noqa: F811
    """The name of a user who may read."""
    admin.policy_set("readonly", user=user)
    return user


@pytest.fixture
def stored(s3, bucket_name: str) -> tuple[str, str]:  # noqa: F811
    """A bucket and an object in it."""
    s3.create_bucket(Bucket=bucket_name)
    s3.put_object(Bucket=bucket_name, Key="docs/a", Body=b"text")
    s3.put_object(Bucket=bucket_name, Key="secret/a", Body=b"text")
    return bucket_name, "docs/a"


def test_a_session_does_what_its_user_may(endpoint, reader: str, stored) -> None:
    bucket, key = stored
    client = s3_of(endpoint, assume(sts(endpoint, reader, SECRET), DurationSeconds=900))
    assert client.get_object(Bucket=bucket, Key=key)["Body"].read() == b"text"
    assert refusal(client.put_object, Bucket=bucket, Key=key, Body=b"x") == ("AccessDenied", 403)


def test_the_root_users_session_may_everything(endpoint, stored) -> None:
    bucket, key = stored
    client = s3_of(endpoint, assume(sts(endpoint)))
    client.put_object(Bucket=bucket, Key=key, Body=b"other")
    assert client.get_object(Bucket=bucket, Key=key)["Body"].read() == b"other"


def test_the_answer_has_what_awss_has(endpoint, reader: str) -> None:
    answer = sts(endpoint, reader, SECRET).assume_role(**ROLE)
    user = answer["AssumedRoleUser"]
    assert user["Arn"].startswith("arn:aws:sts::") and reader in user["Arn"]
    assert answer["Credentials"]["Expiration"].tzinfo is not None
    headers = answer["ResponseMetadata"]["HTTPHeaders"]
    assert answer["ResponseMetadata"]["RequestId"] == headers["x-amz-request-id"]


def test_a_session_policy_narrows(endpoint, reader: str, stored) -> None:
    bucket, key = stored
    policy = policy_document("s3:*", resource=f"arn:aws:s3:::{bucket}/docs/*")
    client = s3_of(endpoint, assume(sts(endpoint, reader, SECRET), Policy=json.dumps(policy)))
    assert client.get_object(Bucket=bucket, Key=key)["Body"].read() == b"text"
    assert refusal(client.get_object, Bucket=bucket, Key="secret/a") == ("AccessDenied", 403)
    # It widens nothing.
    assert refusal(client.put_object, Bucket=bucket, Key=key, Body=b"x") == ("AccessDenied", 403)


def test_a_session_policy_narrows_root(endpoint, stored) -> None:
    bucket, key = stored
    policy = policy_document("s3:GetObject", resource=f"arn:aws:s3:::{bucket}/docs/*")
    client = s3_of(endpoint, assume(sts(endpoint), Policy=json.dumps(policy)))
    assert client.get_object(Bucket=bucket, Key=key)["Body"].read() == b"text"
    assert refusal(client.delete_object, Bucket=bucket, Key=key) == ("AccessDenied", 403)


@pytest.mark.parametrize(
    ("policy", "code"),
    [
        ("nonsense", "MalformedPolicyDocument"),
        ('{"Version":"2012-10-17","Statement":[]}', "MalformedPolicyDocument"),
        ('{"Version":"2012-10-17","Statement":[],"x":"' + "x" * 2048 + '"}', "PackedPolicyTooLarge"),
    ],
)
def test_a_session_policy_that_is_none_is_refused(endpoint, policy: str, code: str) -> None:
    assert refusal(sts(endpoint).assume_role, **ROLE, Policy=policy) == (code, 400)


def test_a_change_of_the_users_policy_reaches_its_sessions(endpoint, admin, reader: str, stored) -> None:  # noqa: F811
    bucket, key = stored
    client = s3_of(endpoint, assume(sts(endpoint, reader, SECRET)))
    client.get_object(Bucket=bucket, Key=key)
    admin.policy_set("writeonly", user=reader)
    assert refusal(client.get_object, Bucket=bucket, Key=key) == ("AccessDenied", 403)
    client.put_object(Bucket=bucket, Key=key, Body=b"x")


def test_only_the_sessions_own_token_counts(endpoint, reader: str, stored) -> None:
    where = dict(zip(("Bucket", "Key"), stored, strict=True))
    keys = assume(sts(endpoint, reader, SECRET))
    others = assume(sts(endpoint, reader, SECRET))
    s3_of(endpoint, keys).get_object(**where)
    for token in [None, "nonsense", keys.token + "x", others.token]:
        wrong = Keys(keys.access_key, keys.secret_key, token)
        assert refusal(s3_of(endpoint, wrong).get_object, **where) == ("InvalidToken", 400)
    # Nor does a token help those who need none.
    assert refusal(s3_of(endpoint, Keys(reader, SECRET, keys.token)).get_object, **where)[0] == "InvalidToken"


def test_revoked_sessions_end_at_once(endpoint, reader: str, stored) -> None:
    where = dict(zip(("Bucket", "Key"), stored, strict=True))
    client = s3_of(endpoint, assume(sts(endpoint, reader, SECRET)))
    client.get_object(**where)
    query = {"user": reader, "fullRevoke": "true"}
    body = signing.sha256_hex(b"")
    answer = signing.request(endpoint, "POST", "/minio/admin/v3/revoke-tokens/builtin", query, payload=body)
    assert answer.status == 204, answer
    assert refusal(client.get_object, **where) == ("InvalidAccessKeyId", 403)


def test_sessions_end_with_their_user(endpoint, admin, user: str) -> None:  # noqa: F811
    admin.policy_set("readwrite", user=user)
    client = s3_of(endpoint, assume(sts(endpoint, user, SECRET)))
    client.list_buckets()
    admin.user_disable(user)
    assert refusal(client.list_buckets)[1] == 403
    admin.user_enable(user)
    client.list_buckets()
    admin.user_remove(user)
    assert refusal(client.list_buckets) == ("InvalidAccessKeyId", 403)
    # One who has the same name later is somebody else.
    admin.user_add(user, SECRET)
    assert refusal(client.list_buckets) == ("InvalidAccessKeyId", 403)


def test_sessions_make_no_sessions(endpoint) -> None:
    keys = assume(sts(endpoint))
    derived = sts(endpoint, keys.access_key, keys.secret_key, keys.token)
    assert refusal(derived.assume_role, **ROLE) == ("AccessDenied", 403)


def test_service_accounts_make_no_sessions(endpoint, admin, reader: str) -> None:  # noqa: F811
    account = json.loads(admin_of(endpoint, reader, SECRET).add_service_account())["credentials"]
    client = sts(endpoint, account["accessKey"], account["secretKey"])
    assert refusal(client.assume_role, **ROLE) == ("AccessDenied", 403)


@pytest.mark.parametrize("seconds", [899, 604801])
def test_a_lifetime_out_of_range_is_refused(endpoint, seconds: int) -> None:
    answer = refusal(sts(endpoint).assume_role, **ROLE, DurationSeconds=seconds)
    assert answer == ("InvalidParameterValue", 400)


def test_others_than_users_get_nothing(endpoint, user: str) -> None:  # noqa: F811
    for access_key, secret in [(user, "another-secret-key"), ("nobody-at-all", SECRET)]:
        client = sts(endpoint, access_key, secret)
        assert refusal(client.assume_role, **ROLE) == ("AccessDenied", 403)


def test_a_policy_can_deny_sessions(endpoint, admin, user: str) -> None:  # noqa: F811
    policy = f"no-sessions-{user}"
    statement = {"Effect": "Deny", "Action": ["sts:AssumeRole"]}
    admin.policy_add(policy, policy={"Version": "2012-10-17", "Statement": [statement]})
    assume(sts(endpoint, user, SECRET))
    admin.policy_set(policy, user=user)
    client = sts(endpoint, user, SECRET)
    assert refusal(client.assume_role, **ROLE) == ("AccessDenied", 403)
    admin.policy_unset(policy, user=user)
    admin.policy_remove(policy)


def test_a_session_outlives_a_restart(start_server) -> None:
    server = start_server()
    keys = assume(sts(server.endpoint))
    server.stop()
    server.start()
    s3_of(server.endpoint, keys).list_buckets()
    wrong = Keys(keys.access_key, keys.secret_key, "nonsense")
    assert refusal(s3_of(server.endpoint, wrong).list_buckets)[0] == "InvalidToken"


def test_guesses_at_a_secret_end(start_server) -> None:
    server = start_server(settings={"MARTLET_SIGN_IN_FAILURES_MAX": "3"})
    guessing = sts(server.endpoint, secret_key="another-secret-key")
    for _ in range(3):
        assert refusal(guessing.assume_role, **ROLE) == ("AccessDenied", 403)
    assert refusal(guessing.assume_role, **ROLE) == ("SlowDown", 503)
    assert refusal(sts(server.endpoint).assume_role, **ROLE) == ("SlowDown", 503)


def test_the_log_names_who_and_keeps_secrets(start_server) -> None:
    server = start_server(settings={"MARTLET_AUDIT_ENABLE": "on"})
    keys = assume(sts(server.endpoint))
    server.stop()
    log = server.log_path.read_text()
    audit = [line for line in log.splitlines() if "credentials" in line and "decision=allowed" in line]
    assert len(audit) == 1 and keys.access_key in audit[0] and "AssumeRole" in audit[0], log
    assert keys.secret_key not in log and keys.token not in log


def test_a_form_that_is_too_large_is_refused(endpoint) -> None:
    body = b"Version=2011-06-15&Action=AssumeRole&x=" + b"x" * (256 << 10)
    head = (
        f"POST / HTTP/1.1\r\nhost: {endpoint.netloc}\r\ncontent-length: {len(body)}\r\n"
        "content-type: application/x-www-form-urlencoded\r\n\r\n"
    )
    with rawhttp.Connection(endpoint) as connection:
        connection.send(head.encode())
        assert connection.response("POST").error_code == "InvalidParameterValue"


@pytest.mark.parametrize("region", ["us-east-1", None])
def test_minio_py_assumes_a_role(endpoint, reader: str, stored, region: str | None) -> None:
    bucket, key = stored
    provider = AssumeRoleProvider(
        sts_endpoint=endpoint.url, access_key=reader, secret_key=SECRET, duration_seconds=3600, region=region
    )
    client = Minio(endpoint=endpoint.netloc, credentials=provider, region="us-east-1", secure=False)
    assert client.get_object(bucket_name=bucket, object_name=key).read() == b"text"
    with pytest.raises(S3Error) as caught:
        client.remove_object(bucket_name=bucket, object_name=key)
    assert caught.value.code == "AccessDenied"

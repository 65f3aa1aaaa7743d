"""minio-py's MinioAdmin: every call of it that the server answers, and what becomes of users made with it."""

from __future__ import annotations

import json
import uuid

import pytest
from minio import Minio, MinioAdmin
from minio.credentials import StaticProvider
from minio.error import MinioAdminException, S3Error

SECRET = "a-secret-of-one-user"
READ_DOCS = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::*/docs/*"]},
    ],
}


def admin_of(endpoint, access_key: str, secret_key: str, token: str | None = None) -> MinioAdmin:
    return MinioAdmin(
        endpoint=endpoint.netloc,
        credentials=StaticProvider(access_key=access_key, secret_key=secret_key, session_token=token),
        secure=False,
    )


def client_of(endpoint, access_key: str, secret_key: str, token: str | None = None) -> Minio:
    return Minio(
        endpoint=endpoint.netloc,
        access_key=access_key,
        secret_key=secret_key,
        session_token=token,
        region="us-east-1",
        secure=False,
    )


@pytest.fixture
def admin(endpoint) -> MinioAdmin:
    return admin_of(endpoint, endpoint.access_key, endpoint.secret_key)


@pytest.fixture
def user(admin: MinioAdmin, bucket_name: str):
    """A user's name, different in each test."""
    name = f"user-{bucket_name}"[:20]
    admin.user_add(name, SECRET)
    yield name
    for account in json.loads(admin.list_service_account(name))["accounts"] or []:
        admin.delete_service_account(account["accessKey"])
    admin.user_remove(name)


@pytest.fixture
def bucket_name() -> str:
    return uuid.uuid4().hex[:12]


def refusal(call, *arguments, **keywords) -> tuple[str, str]:
    with pytest.raises(MinioAdminException) as caught:
        call(*arguments, **keywords)
    return caught.value._code, json.loads(caught.value._body)["Code"]


def test_users(admin: MinioAdmin, user: str) -> None:
    assert json.loads(admin.user_info(user))["status"] == "enabled"
    assert user in json.loads(admin.user_list())
    admin.user_disable(user)
    assert json.loads(admin.user_info(user))["status"] == "disabled"
    admin.user_enable(user)
    assert refusal(admin.user_info, "nobody-at-all") == ("404", "XMinioAdminNoSuchUser")


def test_a_policy_opens_what_it_says(admin: MinioAdmin, user: str, endpoint) -> None:
    owner = client_of(endpoint, endpoint.access_key, endpoint.secret_key)
    client = client_of(endpoint, user, SECRET)
    bucket = f"docs-{user}"
    owner.make_bucket(bucket_name=bucket)
    try:
        with pytest.raises(S3Error) as caught:
            client.stat_object(bucket_name=bucket, object_name="docs/a")
        assert caught.value.code == "AccessDenied"
        policy = f"policy-{user}"
        admin.policy_add(policy, policy=READ_DOCS)
        assert json.loads(admin.policy_info(policy)) == READ_DOCS
        assert policy in json.loads(admin.policy_list())
        admin.policy_set(policy, user=user)
        assert json.loads(admin.user_info(user))["policyName"] == policy
        assert refusal(admin.policy_remove, policy)[1] == "XMinioIAMPolicyInUse"
        with pytest.raises(S3Error) as caught:
            client.get_object(bucket_name=bucket, object_name="docs/a")
        assert caught.value.code in ("NoSuchKey", "AccessDenied")
        admin.policy_unset(policy, user=user)
        admin.policy_remove(policy)
    finally:
        owner.remove_bucket(bucket_name=bucket)


def test_groups(admin: MinioAdmin, user: str) -> None:
    group = f"group-{user}"
    admin.group_add(group, [user])
    assert json.loads(admin.group_info(group))["members"] == [user]
    assert group in json.loads(admin.group_list())
    admin.group_disable(group)
    assert json.loads(admin.group_info(group))["status"] == "disabled"
    admin.group_enable(group)
    attached = json.loads(admin.attach_policy(["readonly"], group=group))
    assert attached["policiesAttached"] == ["readonly"]
    entities = json.loads(admin.get_policy_entities([], [group], []))
    assert entities["groupMappings"] == [{"group": group, "policies": ["readonly"]}]
    detached = json.loads(admin.detach_policy(["readonly"], group=group))
    assert detached["policiesDetached"] == ["readonly"]
    admin.group_remove(group, [user])
    admin.group_remove(group)
    assert refusal(admin.group_info, group) == ("404", "XMinioAdminNoSuchGroup")


def test_service_accounts(admin: MinioAdmin, user: str, endpoint) -> None:
    own = admin_of(endpoint, user, SECRET)
    key = f"sa{user}"[:20]
    made = json.loads(own.add_service_account(access_key=key, secret_key=SECRET, name="backup", policy=READ_DOCS))
    assert made["credentials"]["accessKey"] == key
    info = json.loads(own.get_service_account(key))
    assert (info["parentUser"], info["name"], info["impliedPolicy"]) == (user, "backup", False)
    assert [a["accessKey"] for a in json.loads(own.list_service_account(user))["accounts"]] == [key]
    admin.update_service_account(access_key=key, name="nightly", status="off")
    assert json.loads(admin.get_service_account(key))["accountStatus"] == "off"
    own.delete_service_account(key)
    assert refusal(admin.get_service_account, key)[0] == "404"


def test_a_user_without_a_policy_administers_nothing(user: str, endpoint) -> None:
    own = admin_of(endpoint, user, SECRET)
    for call in (own.user_list, own.info, own.policy_list, own.group_list, own.get_data_usage_info, own.service_stop):
        assert refusal(call) == ("403", "AccessDenied")
    assert json.loads(own.account_info())["AccountName"] == user
    assert json.loads(own.user_info(user))["status"] == "enabled"


def test_the_server_describes_itself(admin: MinioAdmin) -> None:
    info = json.loads(admin.info())
    assert info["mode"] == "online"
    assert info["backend"]["backendType"] == "Erasure"
    drives = info["servers"][0]["drives"]
    assert drives and all(drive["state"] == "ok" and drive["totalspace"] > 0 for drive in drives)
    assert json.loads(admin.get_data_usage_info())["bucketsCount"] >= 0
    assert json.loads(admin.account_info())["Server"]["DrivesPerSet"]


@pytest.mark.parametrize("call", ["top_locks", "update", "profile_start", "kms_key_status"])
def test_what_is_not_built_says_so(admin: MinioAdmin, call: str) -> None:
    admin._http.connection_pool_kw["retries"] = False
    with pytest.raises(Exception) as caught:
        getattr(admin, call)()
    assert "501" in str(caught.value) or "NotImplemented" in str(caught.value)

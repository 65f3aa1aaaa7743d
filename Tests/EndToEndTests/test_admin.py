"""minio-py's MinioAdmin: every call of it that the server answers, and what becomes of users made with it."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from dataclasses import replace

import pytest
import rawhttp
import signing as signing_module
from minio import Minio, MinioAdmin
from minio.credentials import StaticProvider
from minio.datatypes import PeerInfo, PeerSite, SiteReplicationStatusOptions
from minio.error import MinioAdminException, S3Error
from signing import sha256_hex

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


NOT_BUILT = {
    "update": [],
    "top_locks": [],
    "profile_start": [],
    "kms_key_create": ["key"],
    "kms_key_status": ["key"],
    "bucket_quota_set": ["bucket", 1 << 20],
    "bucket_quota_clear": ["bucket"],
    "bucket_quota_get": ["bucket"],
    "add_site_replication": [[PeerSite("a", "http://127.0.0.1:1", "key", "secret")]],
    "get_site_replication_info": [],
    "get_site_replication_status": [SiteReplicationStatusOptions()],
    "edit_site_replication": [PeerInfo("deployment", "http://127.0.0.1:1", "bucket", "0")],
    "remove_site_replication": [None, True],
}
NEED_A_DIRECTORY = {
    "attach_policy_ldap": [["readonly"], "uid=ann"],
    "detach_policy_ldap": [["readonly"], None, "cn=all"],
    "list_access_keys_ldap": ["uid=ann", "all"],
    "list_access_keys_ldap_bulk": [["uid=ann"], "all", False],
}
SERVED = """
    account_info add_service_account attach_policy config_get config_history config_reset config_restore config_set
    delete_service_account detach_policy get_data_usage_info get_policy_entities get_service_account group_add
    group_disable group_enable group_info group_list group_remove info list_service_account policy_add policy_info
    policy_list policy_remove policy_set policy_unset service_restart service_stop update_service_account user_add
    user_disable user_enable user_info user_list user_remove
""".split()
ABOUT_THE_CLIENT = ["set_app_info", "trace_on", "trace_off"]


def test_every_call_of_the_client_is_accounted_for() -> None:
    calls = {name for name in vars(MinioAdmin) if not name.startswith("_")}
    assert calls == {*NOT_BUILT, *NEED_A_DIRECTORY, *SERVED, *ABOUT_THE_CLIENT}


@pytest.mark.parametrize("call", NOT_BUILT)
def test_what_is_not_built_says_so(admin: MinioAdmin, call: str) -> None:
    assert refusal(getattr(admin, call), *NOT_BUILT[call]) == ("501", "NotImplemented")


@pytest.mark.parametrize("call", NEED_A_DIRECTORY)
def test_without_a_directory_its_calls_say_so(admin: MinioAdmin, call: str) -> None:
    assert refusal(getattr(admin, call), *NEED_A_DIRECTORY[call]) == ("501", "XMinioLDAPNotEnabled")


def test_settings(admin: MinioAdmin) -> None:
    assert [entry["key"] for entry in json.loads(admin.config_get())["keysHelp"]] == [
        "site",
        "api",
        "storage_class",
        "scanner",
    ]
    before = admin.config_get("api")
    assert "stale_uploads_expiry=24h" in before
    admin.config_set("api", {"stale_uploads_expiry": "36h"})
    try:
        assert "stale_uploads_expiry=36h" in admin.config_get("api")
        newest = json.loads(admin.config_history())[0]
        assert newest["data"] == "api stale_uploads_expiry=36h"
        admin.config_reset("api")
        assert admin.config_get("api") == before
        admin.config_restore(newest["restoreId"])
        assert "stale_uploads_expiry=36h" in admin.config_get("api")
    finally:
        admin.config_reset("api")
    assert refusal(admin.config_set, "api", {"stale_uploads_expiry": "soon"}) == ("400", "XMinioAdminConfigBadJSON")
    assert refusal(admin.config_set, "notify_kafka", {"enable": "on"}) == ("400", "XMinioConfigError")
    # The suite's server gets its parity from the environment.
    if "# MARTLET_STORAGE_CLASS_STANDARD" in admin.config_get("storage_class"):
        refused = refusal(admin.config_set, "storage_class", {"standard": "EC:1"})
        assert refused == ("400", "XMinioAdminConfigEnvOverridden")


def plain(endpoint, method: str, call: str, query: dict[str, str] | None = None, body: bytes = b"", **signing):
    """A call in RustFS's dialect: what MinIO's clients encrypt is plain JSON."""
    return signing_module.request(
        endpoint, method, f"/rustfs/admin/v3/{call}", query or {}, body=body, payload=sha256_hex(body), **signing
    )


def test_the_plain_dialect(endpoint, bucket_name: str) -> None:
    name = f"plain-{bucket_name}"
    added = plain(endpoint, "PUT", "add-user", {"accessKey": name}, json.dumps({"secretKey": SECRET}).encode())
    assert added.status == 200, added.body
    try:
        users = json.loads(plain(endpoint, "GET", "list-users").body)
        assert users[name]["status"] == "enabled"
        attached = plain(
            endpoint,
            "POST",
            "idp/builtin/policy/attach",
            body=json.dumps({"policies": ["readonly"], "user": name}).encode(),
        )
        assert json.loads(attached.body)["policiesAttached"] == ["readonly"]
        text = plain(endpoint, "GET", "get-config-kv", {"key": "api"}).body.decode()
        assert text.startswith("api ") or text.startswith("# ")
        own = replace(endpoint, access_key=name, secret_key=SECRET)
        assert json.loads(plain(own, "GET", "accountinfo").body)["AccountName"] == name
        denied = plain(own, "GET", "export-bucket-metadata")
        assert (denied.status, json.loads(denied.body)["Code"]) == (403, "AccessDenied")
        assert json.loads(plain(endpoint, "GET", "idp-config/openid").body) == []
        missing = plain(endpoint, "GET", "no-such-call")
        assert (missing.status, json.loads(missing.body)["Code"]) == (404, "XMinioAdminNoSuchRoute")
        other = signing_module.request(endpoint, "GET", "/rustfs/admin/v4/info", payload=sha256_hex(b""))
        assert (other.status, json.loads(other.body)["Code"]) == (426, "XMinioAdminVersionMismatch")
    finally:
        assert plain(endpoint, "DELETE", "remove-user", {"accessKey": name}).status == 200


def test_bucket_settings_move_to_another_server(endpoint, start_server, bucket_name: str) -> None:
    source, target = f"from-{bucket_name}", f"also-{bucket_name}"
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": ["*"]},
                "Action": ["s3:GetObject"],
                "Resource": [f"arn:aws:s3:::{source}/open/*"],
            }
        ],
    }
    owner = client_of(endpoint, endpoint.access_key, endpoint.secret_key)
    for bucket in (source, target):
        owner.make_bucket(bucket_name=bucket)
    try:
        owner.set_bucket_policy(bucket_name=source, policy=json.dumps(policy))
        one = plain(endpoint, "GET", "export-bucket-metadata", {"bucket": source})
        with zipfile.ZipFile(io.BytesIO(one.body)) as archive:
            assert archive.namelist() == [f"{source}/policy.json"]
            assert json.loads(archive.read(f"{source}/policy.json")) == policy
        every = plain(endpoint, "GET", "export-bucket-metadata").body
    finally:
        for bucket in (source, target):
            owner.remove_bucket(bucket_name=bucket)
    other = start_server(drive_count=1).endpoint
    own = client_of(other, other.access_key, other.secret_key)
    with zipfile.ZipFile(buffer := io.BytesIO(every), "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{source}/lifecycle.xml", "<LifecycleConfiguration/>")
        archive.writestr(f"{target}/policy.json", '{"Version": "2012-10-17", "Statement": 7}')
    answer = plain(other, "PUT", "import-bucket-metadata", {"bucket": source}, buffer.getvalue())
    assert answer.status == 200, answer.body
    report = json.loads(answer.body)["buckets"]
    assert list(report) == [source]
    assert report[source]["policy"] == {"isSet": True}
    assert report[source]["lifecycle"] == {"isSet": True, "error": "not implemented"}
    own.put_object(bucket_name=source, object_name="open/a", data=io.BytesIO(b"text"), length=4)
    own.put_object(bucket_name=source, object_name="shut/a", data=io.BytesIO(b"text"), length=4)
    with rawhttp.Connection(other) as connection:
        for key, status in (("open/a", 200), ("shut/a", 403)):
            connection.send(f"GET /{source}/{key} HTTP/1.1\r\nHost: {other.netloc}\r\n\r\n".encode())
            assert connection.response("GET").status == status
    report = json.loads(plain(other, "PUT", "import-bucket-metadata", body=buffer.getvalue()).body)["buckets"]
    assert "error" in report[target]["policy"]
    assert own.bucket_exists(bucket_name=target)

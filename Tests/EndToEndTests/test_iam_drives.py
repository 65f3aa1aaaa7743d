"""Users, groups, policies and service accounts as drives hold them: MinIO's are used, the server's own are judged."""

from __future__ import annotations

import hashlib
import json
import urllib.error
import urllib.request

import boto3
import pytest
from botocore.exceptions import ClientError
from minio import MinioAdmin
from minio.error import MinioAdminException

import s3_clients
from martlet_process import MartletProcess
from test_admin import SECRET, admin_of
from test_bytes import Fixture
from test_sts import assume, sts

USER, ACCOUNT, GROUP, POLICY = "fxuser", "fxsvcaccesskey01", "fxgroup", "fx-readbasic"


@pytest.fixture
def fixture() -> Fixture:
    return Fixture("ec4")


@pytest.fixture
def minios_drives(start_server, fixture) -> MartletProcess:
    return start_server(
        unpacks=fixture.archive,
        access_key=fixture.manifest["root_user"],
        secret_key=fixture.manifest["root_password"],
    )


def keys(fixture: Fixture) -> dict[str, str]:
    """The secret of the user and of its service account, by access key."""
    iam = fixture.manifest["iam"]
    return dict((iam["user"][:2], iam["service_account"][:2]))


def administrator(server: MartletProcess) -> MinioAdmin:
    return admin_of(server.endpoint, server.access_key, server.secret_key)


def code(call, **arguments) -> str | None:
    """What the server refuses a call with, `None` if it does not."""
    try:
        call(**arguments)
        return None
    except ClientError as error:
        return error.response["Error"]["Code"]


def reads_and_writes(client, bucket: str = "fx-basic") -> tuple[str | None, str | None]:
    return (
        code(client.get_object, Bucket=bucket, Key="one"),
        code(client.put_object, Bucket=bucket, Key="written", Body=b"x"),
    )


@pytest.mark.parametrize("access_key", [USER, ACCOUNT])
def test_minios_keys_may_what_their_policy_says(minios_drives, fixture, access_key):
    secret = keys(fixture)[access_key]
    client = s3_clients.client(minios_drives.endpoint, access_key=access_key, secret_key=secret)
    readable = [entry for entry in fixture.current() if entry["bucket"] == "fx-basic"]
    assert readable
    for entry in readable:
        body = client.get_object(Bucket="fx-basic", Key=entry["key"])["Body"].read()
        assert hashlib.sha256(body).hexdigest() == entry["sha256"], entry["key"]
    listed = [entry["Key"] for entry in client.list_objects_v2(Bucket="fx-basic")["Contents"]]
    assert listed == [entry["key"] for entry in fixture.manifest["listing"]["fx-basic"]["objects"]]
    denied = {
        "another bucket": code(client.get_object, Bucket="fx-versioned", Key="ver.txt"),
        "its list": code(client.list_objects_v2, Bucket="fx-versioned"),
        "put": code(client.put_object, Bucket="fx-basic", Key="new", Body=b""),
        "overwrite": code(client.put_object, Bucket="fx-basic", Key="one", Body=b""),
        "delete": code(client.delete_object, Bucket="fx-basic", Key="one"),
        "copy": code(
            client.copy_object, Bucket="fx-basic", Key="new", CopySource={"Bucket": "fx-basic", "Key": "one"}
        ),
        "upload": code(client.create_multipart_upload, Bucket="fx-basic", Key="new"),
        "bucket": code(client.create_bucket, Bucket="fx-new"),
        "policy": code(client.put_bucket_policy, Bucket="fx-basic", Policy="{}"),
    }
    assert set(denied.values()) == {"AccessDenied"}, denied
    # What a bucket opens to everybody is open to them too, and only that.
    assert code(client.get_object, Bucket="fx-config", Key="public/hello.txt") is None
    stranger = s3_clients.client(minios_drives.endpoint, access_key=access_key, secret_key=secret + "x")
    assert code(stranger.get_object, Bucket="fx-basic", Key="one") == "SignatureDoesNotMatch"


def test_minios_bucket_policy_lets_everybody_read_what_it_names(minios_drives):
    url = f"{minios_drives.endpoint.url}/fx-config/public/hello.txt"
    with urllib.request.urlopen(url) as answer:
        assert answer.status == 200
    for other in (f"{minios_drives.endpoint.url}/fx-config/", f"{minios_drives.endpoint.url}/fx-basic/one"):
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(other)
        assert caught.value.code == 403


def test_minios_items_are_told_to_administrators(minios_drives, fixture):
    admin = administrator(minios_drives)
    user = json.loads(admin.user_list())[USER]
    assert (user["policyName"], user["status"]) == (POLICY, "enabled")
    assert json.loads(admin.user_info(USER))["memberOf"] == [GROUP]
    assert json.loads(admin.group_list()) == [GROUP]
    group = json.loads(admin.group_info(GROUP))
    assert (group["members"], group["status"]) == ([USER], "enabled")
    statement = json.loads(admin.policy_info(POLICY))["Statement"][0]
    assert sorted(statement["Action"]) == ["s3:GetObject", "s3:ListBucket"]
    account = json.loads(admin.get_service_account(ACCOUNT))
    assert (account["parentUser"], account["accountStatus"], account["impliedPolicy"]) == (USER, "on", True)
    listed = json.loads(admin.list_service_account(USER))["accounts"]
    assert [entry["accessKey"] for entry in listed] == [ACCOUNT]
    entities = json.loads(admin.get_policy_entities([], [], [POLICY]))
    assert [(entry["policy"], entry["users"]) for entry in entities["policyMappings"]] == [(POLICY, [USER])]
    own = admin_of(minios_drives.endpoint, USER, keys(fixture)[USER])
    assert json.loads(own.account_info())["AccountName"] == USER


def test_what_is_changed_on_minios_drives_stays_and_is_sound(minios_drives, fixture):
    server, admin = minios_drives, administrator(minios_drives)
    clients = {
        key: s3_clients.client(server.endpoint, access_key=key, secret_key=secret)
        for key, secret in keys(fixture).items()
    }

    def outcomes() -> dict[str, tuple]:
        return {key: reads_and_writes(client) for key, client in clients.items()}

    readonly, readwrite = (None, "AccessDenied"), (None, None)
    assert outcomes() == {USER: readonly, ACCOUNT: readonly}
    admin.attach_policy(["readwrite"], group=GROUP)
    assert outcomes() == {USER: readwrite, ACCOUNT: readwrite}
    admin.group_disable(GROUP)
    assert outcomes() == {USER: readonly, ACCOUNT: readonly}
    admin.group_enable(GROUP)
    narrow = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::fx-basic/*"}],
    }
    admin.update_service_account(access_key=ACCOUNT, policy=narrow)
    assert outcomes() == {USER: readwrite, ACCOUNT: readonly}
    admin.user_add("newcomer", SECRET)
    admin.group_add(GROUP, ["newcomer"])

    server.stop()
    server.judge()
    server.start()
    assert outcomes() == {USER: readwrite, ACCOUNT: readonly}
    assert json.loads(admin.group_info(GROUP))["members"] == [USER, "newcomer"]
    admin.user_disable(USER)
    disabled = outcomes()
    assert all(None not in refused for refused in disabled.values()), disabled
    admin.user_enable(USER)
    assert outcomes() == {USER: readwrite, ACCOUNT: readonly}
    admin.user_remove(USER)
    assert outcomes() == {key: ("InvalidAccessKeyId", "InvalidAccessKeyId") for key in clients}
    with pytest.raises(MinioAdminException):
        admin.get_service_account(ACCOUNT)
    assert json.loads(admin.group_info(GROUP))["members"] == ["newcomer"]
    admin.policy_remove(POLICY)

    server.stop()
    server.judge()
    for drive in server.drives:
        folder = drive / ".minio.sys" / "config" / "iam"
        left = [path for path in folder.rglob("xl.meta") if USER in str(path) or ACCOUNT in str(path)]
        assert left == [], "nothing of a removed user is left"


def test_a_tree_full_of_users_is_sound_and_serves_them_again(start_server):
    server = start_server(drive_count=4, parity=2)
    admin = administrator(server)
    owner = s3_clients.client(server.endpoint)
    owner.create_bucket(Bucket="shelf")
    owner.put_object(Bucket="shelf", Key="one", Body=b"1")

    def statement(effect: str, action: str, **more) -> dict:
        return {"Effect": effect, "Action": action, "Resource": "arn:aws:s3:::shelf/*", **more}

    def policy(*statements: dict) -> dict:
        return {"Version": "2012-10-17", "Statement": list(statements)}

    admin.policy_add("read", policy=policy(statement("Allow", "s3:GetObject")))
    admin.policy_add("write", policy=policy(statement("Allow", "s3:PutObject")))
    admin.policy_add("nobody-has-it", policy=policy(statement("Deny", "s3:*")))
    for name in ("reader", "writer", "member", "outsider"):
        admin.user_add(name, SECRET)
    admin.attach_policy(["read"], user="reader")
    admin.attach_policy(["write"], user="writer")
    admin.group_add("crew", ["member", "reader"])
    admin.group_add("hollow", [])
    admin.attach_policy(["read", "write"], group="crew")
    admin.add_service_account(access_key="rootskey", secret_key=SECRET)
    member = admin_of(server.endpoint, "member", SECRET)
    member.add_service_account(
        access_key="memberskey",
        secret_key=SECRET,
        name="narrow",
        policy=policy(statement("Allow", "s3:GetObject")),
    )
    owner.put_bucket_policy(
        Bucket="shelf",
        Policy=json.dumps(
            policy(
                statement("Deny", "s3:PutObject", Principal={"AWS": ["arn:aws:iam:::user/member"]}),
                statement("Allow", "s3:GetObject", Principal={"AWS": ["arn:aws:iam:::user/outsider"]}),
            )
        ),
    )

    def outcomes() -> dict[str, tuple]:
        clients = {
            name: s3_clients.client(server.endpoint, access_key=name, secret_key=SECRET)
            for name in ("reader", "writer", "member", "outsider", "rootskey", "memberskey")
        }
        return {name: reads_and_writes(client, "shelf") for name, client in clients.items()}

    denied = "AccessDenied"
    expected = {
        "reader": (None, None),
        "writer": (denied, None),
        "member": (None, denied),
        "outsider": (None, denied),
        "rootskey": (None, None),
        "memberskey": (None, denied),
    }
    assert outcomes() == expected
    told = [admin.user_list(), admin.group_list(), admin.policy_list(), admin.get_policy_entities([], [], [])]
    server.stop()
    server.judge()
    server.start()
    assert outcomes() == expected
    entities = json.loads(admin.get_policy_entities([], [], []))
    entities.pop("timestamp")
    before = json.loads(told.pop())
    before.pop("timestamp")
    assert entities == before
    for answer, again in zip(told, (admin.user_list(), admin.group_list(), admin.policy_list()), strict=True):
        assert json.loads(again) == json.loads(answer)
    server.stop()
    server.judge()


def test_a_session_outlives_a_kill_and_its_tree_is_sound(start_server):
    server = start_server(drive_count=4, parity=2)
    admin = administrator(server)
    owner = s3_clients.client(server.endpoint)
    owner.create_bucket(Bucket="shelf")
    owner.put_object(Bucket="shelf", Key="one", Body=b"1")
    admin.user_add("writer", SECRET)
    admin.attach_policy(["writeonly"], user="writer")
    session = assume(sts(server.endpoint, "writer", SECRET), DurationSeconds=3600)
    client = boto3.client(
        "s3",
        endpoint_url=server.endpoint.url,
        region_name=server.endpoint.region,
        aws_access_key_id=session.access_key,
        aws_secret_access_key=session.secret_key,
        aws_session_token=session.token,
    )
    assert reads_and_writes(client, "shelf") == ("AccessDenied", None)
    server.kill()
    server.start()
    assert reads_and_writes(client, "shelf") == ("AccessDenied", None)
    admin.attach_policy(["readonly"], user="writer")
    assert reads_and_writes(client, "shelf") == (None, None)
    server.stop()
    server.judge()
    server.start()
    admin.user_remove("writer")
    assert reads_and_writes(client, "shelf") == ("InvalidAccessKeyId", "InvalidAccessKeyId")

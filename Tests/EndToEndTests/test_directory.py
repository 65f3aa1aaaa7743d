"""AssumeRoleWithLDAPIdentity against OpenLDAP's slapd."""

from __future__ import annotations

import io
import json
import os
import urllib.parse
import zipfile

import pytest
from minio import Minio
from minio.credentials import LdapIdentityProvider

import signing
import slapd
from sessions import Keys, code_of, keys_in, policy_document, refusal, s3_of, send_form
from test_admin import admin_of

pytestmark = pytest.mark.skipif(not os.access(slapd.PROGRAM, os.X_OK), reason=slapd.ABSENCE)


@pytest.fixture(scope="module")
def people():
    directory = slapd.Slapd()
    yield directory
    directory.close()


@pytest.fixture
def map_policy():
    """Gives somebody of a directory a policy, by what an archive of MinIO's may hold."""

    def change(endpoint, policy: str, user: str | None = None, group: str | None = None) -> None:
        entry = {"version": 1, "policy": policy}
        files = {"stsuser_mappings": {user: entry} if user else {}, "group_mappings": {group: entry} if group else {}}
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as writer:
            for name, content in files.items():
                writer.writestr(f"iam-assets/{name}.json", json.dumps(content))
        body = archive.getvalue()
        digest = signing.sha256_hex(body)
        answer = signing.request(endpoint, "PUT", "/minio/admin/v3/import-iam", body=body, payload=digest)
        assert answer.status == 200, answer

    return change


def log_in(endpoint, name: str, password: str | None = None, **parameters: str) -> tuple[int, str]:
    return send_form(
        endpoint,
        Action="AssumeRoleWithLDAPIdentity",
        LDAPUsername=name,
        LDAPPassword=password or f"{name}-password",
        **parameters,
    )


def keys_of(endpoint, name: str, **parameters: str) -> Keys:
    status, body = log_in(endpoint, name, **parameters)
    assert status == 200, body
    return keys_in(body)


def test_a_user_has_the_policies_of_its_name_and_groups(start_server, people, map_policy) -> None:
    endpoint = start_server(settings=people.settings).endpoint
    root = s3_of(endpoint, Keys(endpoint.access_key, endpoint.secret_key, None))
    root.create_bucket(Bucket="photos")
    root.put_object(Bucket="photos", Key="a", Body=b"text")
    status, body = log_in(endpoint, "ann")
    assert (status, code_of(body)) == (400, "InvalidParameterValue")

    map_policy(endpoint, "readonly", group=slapd.group_dn("dev"))
    ann = s3_of(endpoint, keys_of(endpoint, "ann"))
    assert ann.get_object(Bucket="photos", Key="a")["Body"].read() == b"text"
    assert refusal(ann.put_object, Bucket="photos", Key="b", Body=b"x") == ("AccessDenied", 403)
    assert log_in(endpoint, "cid")[0] == 400

    map_policy(endpoint, "writeonly", user=slapd.person_dn("bo"))
    bo = s3_of(endpoint, keys_of(endpoint, "bo"))
    bo.put_object(Bucket="photos", Key="b", Body=b"x")
    bo.get_object(Bucket="photos", Key="a")

    # A change is in force at the next request of a session that is there.
    map_policy(endpoint, "writeonly", group=slapd.group_dn("dev"))
    assert refusal(ann.get_object, Bucket="photos", Key="a") == ("AccessDenied", 403)


@pytest.mark.parametrize(
    ("login", "name"),
    [
        ("doe", rf"cn=Doe\, John,ou=people,{slapd.SUFFIX}"),
        ("joerg", rf"cn=J\c3\b6rg,ou=people,{slapd.SUFFIX}"),
    ],
)
def test_names_with_escapes_log_in(start_server, people, map_policy, login: str, name: str) -> None:
    server = start_server(settings=people.settings)
    map_policy(server.endpoint, "readwrite", user=name)
    keys = keys_of(server.endpoint, login)
    s3_of(server.endpoint, keys).create_bucket(Bucket="photos")
    server.stop()
    server.start()
    s3_of(server.endpoint, keys).put_object(Bucket="photos", Key="a", Body=b"x")


def test_a_session_policy_narrows(start_server, people, map_policy) -> None:
    endpoint = start_server(settings=people.settings).endpoint
    map_policy(endpoint, "readwrite", user=slapd.person_dn("ann"))
    policy = json.dumps(policy_document("s3:ListAllMyBuckets"))
    ann = s3_of(endpoint, keys_of(endpoint, "ann", Policy=policy, DurationSeconds="900"))
    ann.list_buckets()
    assert refusal(ann.create_bucket, Bucket="photos") == ("AccessDenied", 403)


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("ann", "bo-password"),
        ("nobody", "ann-password"),
        ("*", "ann-password"),
        ("ann)(uid=*", "ann-password"),
        ("x" * 600, "ann-password"),
    ],
)
def test_who_is_not_known_is_refused_alike(start_server, people, name: str, password: str) -> None:
    endpoint = start_server(settings=people.settings).endpoint
    status, body = log_in(endpoint, name, password)
    assert (status, code_of(body)) == (400, "InvalidParameterValue")
    assert "The user name or the password is wrong." in body


def test_a_name_without_a_password_is_refused(start_server, people) -> None:
    endpoint = start_server(settings=people.settings).endpoint
    status, body = send_form(
        endpoint, Action="AssumeRoleWithLDAPIdentity", LDAPUsername="ann", LDAPPassword=""
    )
    assert (status, code_of(body)) == (400, "MissingParameter")


def test_a_policy_names_its_user(start_server, people, map_policy) -> None:
    endpoint = start_server(settings=people.settings).endpoint
    admin = admin_of(endpoint, endpoint.access_key, endpoint.secret_key)
    homes = policy_document("s3:*", resource="arn:aws:s3:::homes/${ldap:username}/*")
    admin.policy_add("homes", policy=homes)
    map_policy(endpoint, "homes", group=slapd.group_dn("dev"))
    s3_of(endpoint, Keys(endpoint.access_key, endpoint.secret_key, None)).create_bucket(Bucket="homes")
    for name, other in [("ann", "bo"), ("bo", "ann")]:
        client = s3_of(endpoint, keys_of(endpoint, name))
        client.put_object(Bucket="homes", Key=f"{name}/a", Body=b"x")
        assert refusal(client.put_object, Bucket="homes", Key=f"{other}/b", Body=b"x") == ("AccessDenied", 403)


def test_a_session_makes_a_service_account_that_stays(start_server, people, map_policy) -> None:
    server = start_server(settings=people.settings)
    endpoint = server.endpoint
    map_policy(endpoint, "readwrite", user=slapd.person_dn("ann"))
    keys = keys_of(endpoint, "ann")
    admin = admin_of(endpoint, keys.access_key, keys.secret_key, keys.token)
    account = json.loads(admin.add_service_account())["credentials"]
    program = s3_of(endpoint, Keys(account["accessKey"], account["secretKey"], None))
    program.create_bucket(Bucket="photos")
    server.stop()
    server.start()
    program.put_object(Bucket="photos", Key="a", Body=b"x")
    map_policy(endpoint, "readonly", user=slapd.person_dn("ann"))
    assert refusal(program.put_object, Bucket="photos", Key="a", Body=b"x") == ("AccessDenied", 403)


def test_a_directory_that_is_down_holds_up_nobody(start_server, map_policy) -> None:
    directory = slapd.Slapd()
    try:
        endpoint = start_server(settings=directory.settings).endpoint
        map_policy(endpoint, "readwrite", user=slapd.person_dn("ann"))
        before = s3_of(endpoint, keys_of(endpoint, "ann"))
        directory.stop()
        status, body = log_in(endpoint, "ann")
        assert (status, code_of(body)) == (400, "IDPCommunicationError")
        before.list_buckets()
        directory.start()
        keys_of(endpoint, "ann")
    finally:
        directory.close()


def test_a_server_starts_without_its_directory(start_server) -> None:
    directory = slapd.Slapd()
    directory.close()
    endpoint = start_server(settings=directory.settings).endpoint
    s3_of(endpoint, Keys(endpoint.access_key, endpoint.secret_key, None)).list_buckets()
    assert code_of(log_in(endpoint, "ann")[1]) == "IDPCommunicationError"


def test_without_a_directory_there_is_none(endpoint) -> None:
    status, body = log_in(endpoint, "ann")
    assert (status, code_of(body)) == (501, "NotImplemented")


def test_guesses_at_passwords_end(start_server, people, map_policy) -> None:
    limits = {"MARTLET_SIGN_IN_FAILURES_MAX": "2"}
    endpoint = start_server(settings=people.settings | limits).endpoint
    map_policy(endpoint, "readonly", user=slapd.person_dn("ann"))
    keys_of(endpoint, "ann")
    for name in ("ann", "nobody"):
        assert log_in(endpoint, name, "wrong")[0] == 400
    status, body = log_in(endpoint, "ann")
    assert (status, code_of(body)) == (503, "SlowDown")


def test_the_log_has_no_password(start_server, people, map_policy) -> None:
    server = start_server(settings=people.settings | {"MARTLET_AUDIT_ENABLE": "on"})
    map_policy(server.endpoint, "readonly", user=slapd.person_dn("ann"))
    keys = keys_of(server.endpoint, "ann")
    provider = LdapIdentityProvider(server.endpoint.url, "ann", "ann-password")
    provider.retrieve()
    log_in(server.endpoint, "ann", "mistyped-password")
    server.stop()
    log = server.log_path.read_text()
    assert slapd.person_dn("ann") in log
    for secret in ("ann-password", "mistyped", slapd.READER_PASSWORD, keys.secret_key, keys.token):
        assert secret not in log and urllib.parse.quote(secret) not in log


def test_minio_py_logs_in(start_server, people, map_policy) -> None:
    endpoint = start_server(settings=people.settings).endpoint
    map_policy(endpoint, "readwrite", user=slapd.person_dn("ann"))
    provider = LdapIdentityProvider(endpoint.url, "ann", "ann-password")
    client = Minio(endpoint=endpoint.netloc, credentials=provider, region="us-east-1", secure=False)
    assert client.list_buckets() == []
    wrong = LdapIdentityProvider(endpoint.url, "ann", "wrong")
    with pytest.raises(ValueError, match="400"):
        wrong.retrieve()


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"MARTLET_IDENTITY_LDAP_SERVER_ADDR": "host"}, "MARTLET_IDENTITY_LDAP_LOOKUP_BIND_DN"),
        ({"MINIO_IDENTITY_LDAP_SERVER_ADDR": "host:port"}, "MINIO_IDENTITY_LDAP_"),
        ({"MARTLET_IDENTITY_LDAP_SERVER": "host"}, "MARTLET_IDENTITY_LDAP_SERVER"),
    ],
)
def test_a_wrong_setting_is_named(start_server, values: dict[str, str], named: str) -> None:
    server = start_server(ready=False, settings=values, judged=False)
    assert server.process.wait(30) == 1
    server.process = None
    assert named in server.log_tail()

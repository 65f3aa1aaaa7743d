"""AssumeRoleWithCertificate: a client's TLS certificate stands for the policy of its common name."""

from __future__ import annotations

import ssl
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime, timedelta, timezone
from pathlib import Path
from xml.etree import ElementTree

import pytest
import urllib3
from botocore.exceptions import ClientError
from minio import MinioAdmin
from minio.credentials import CertificateIdentityProvider, Credentials, StaticProvider

import s3_clients
from certificates import CertificateAuthority, ClientFiles
from martlet_process import TLS_PATH, Endpoint, MartletProcess

ENABLE = "MARTLET_IDENTITY_TLS_ENABLE"
SKIP_VERIFY = "MARTLET_IDENTITY_TLS_SKIP_VERIFY"
FAILURES_MAX = "MARTLET_SIGN_IN_FAILURES_MAX"
STS = "{https://sts.amazonaws.com/doc/2011-06-15/}"


@pytest.fixture
def client_authority(tmp_path: Path) -> CertificateAuthority:
    """Vouches for clients, and is another than the servers'."""
    return CertificateAuthority(tmp_path / "client-authority")


@pytest.fixture
def start_tls_server(start_server, authority, client_authority, tmp_path):
    folder = tmp_path / "certs"
    authority.issue(folder, "server", "DNS:localhost", "IP:127.0.0.1")
    (folder / "CAs").mkdir()
    (folder / "CAs" / "clients.crt").write_bytes(client_authority.certificate.read_bytes())

    def start(**settings: str) -> MartletProcess:
        return start_server(
            settings={TLS_PATH: str(folder), ENABLE: "on"} | settings, authority=authority.certificate
        )

    return start


@pytest.fixture
def tls_server(start_tls_server) -> MartletProcess:
    return start_tls_server()


def administration(endpoint: Endpoint) -> MinioAdmin:
    return MinioAdmin(
        endpoint=endpoint.netloc,
        credentials=StaticProvider(access_key=endpoint.access_key, secret_key=endpoint.secret_key),
        http_client=urllib3.PoolManager(ca_certs=str(endpoint.authority)),
    )


def sign_in(endpoint: Endpoint, files: ClientFiles) -> Credentials:
    return CertificateIdentityProvider(
        sts_endpoint=endpoint.url,
        cert_file=str(files.certificate),
        key_file=str(files.key),
        ca_certs=str(endpoint.authority),
    ).retrieve()


def s3_as(endpoint: Endpoint, credentials: Credentials, **config):
    return s3_clients.client(
        endpoint,
        access_key=credentials.access_key,
        secret_key=credentials.secret_key,
        session_token=credentials.session_token,
        **config,
    )


def ask(endpoint: Endpoint, files: ClientFiles | None, **parameters: str) -> tuple[int, ElementTree.Element]:
    """The status and the XML of an answer."""
    form = {"Version": "2011-06-15", "Action": "AssumeRoleWithCertificate"} | parameters
    context = None
    if endpoint.authority:
        context = ssl.create_default_context(cafile=str(endpoint.authority))
        if files:
            context.load_cert_chain(files.certificate, files.key)
    request = urllib.request.Request(endpoint.url, data=urllib.parse.urlencode(form).encode())
    try:
        with urllib.request.urlopen(request, context=context, timeout=30) as answer:
            return answer.status, ElementTree.fromstring(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, ElementTree.fromstring(error.read())


def refusal(endpoint: Endpoint, files: ClientFiles | None) -> tuple[int, str | None]:
    status, answer = ask(endpoint, files)
    return status, answer.findtext(f".//{STS}Code")


def error_code(call, **arguments) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return s3_clients.error_of(caught)[0]


def test_the_policy_of_the_name_gives_exactly_its_rights(tls_server, client_authority) -> None:
    endpoint = tls_server.endpoint
    owner = s3_clients.client(endpoint)
    owner.create_bucket(Bucket="photos")
    owner.put_object(Bucket="photos", Key="open/a", Body=b"seen")
    owner.put_object(Bucket="photos", Key="closed/a", Body=b"unseen")
    files = client_authority.issue_client("/O=Press/CN=photo-reader")
    assert refusal(endpoint, files) == (400, "InvalidParameterValue"), "there is no such policy yet"
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/open/*"}],
    }
    administration(endpoint).policy_add("photo-reader", policy=policy)
    reader = s3_as(endpoint, sign_in(endpoint, files))
    assert reader.get_object(Bucket="photos", Key="open/a")["Body"].read() == b"seen"
    assert error_code(reader.get_object, Bucket="photos", Key="closed/a") == "AccessDenied"
    assert error_code(reader.put_object, Bucket="photos", Key="open/b", Body=b"") == "AccessDenied"
    assert error_code(reader.list_objects_v2, Bucket="photos") == "AccessDenied"
    policy["Statement"][0]["Resource"] = "arn:aws:s3:::photos/closed/*"
    administration(endpoint).policy_add("photo-reader", policy=policy)
    assert error_code(reader.get_object, Bucket="photos", Key="open/a") == "AccessDenied"
    assert reader.get_object(Bucket="photos", Key="closed/a")["Body"].read() == b"unseen"


def test_credentials_do_not_outlive_the_certificate(tls_server, client_authority) -> None:
    endpoint = tls_server.endpoint
    end = datetime.now(timezone.utc) + timedelta(minutes=30)
    files = client_authority.issue_client("/CN=readonly", lifetime=timedelta(minutes=30))
    for asked in ({}, {"DurationSeconds": "604800"}):
        status, answer = ask(endpoint, files, **asked)
        assert status == 200
        expiration = datetime.fromisoformat(answer.findtext(f".//{STS}Expiration"))
        assert end - timedelta(minutes=1) < expiration <= end + timedelta(seconds=5)
    status, answer = ask(endpoint, files, DurationSeconds="900")
    expiration = datetime.fromisoformat(answer.findtext(f".//{STS}Expiration"))
    assert expiration < end - timedelta(minutes=10)


def flawed(kind: str, client_authority: CertificateAuthority, tmp_path: Path) -> ClientFiles | None:
    match kind:
        case "none":
            return None
        case "of a stranger":
            return CertificateAuthority(tmp_path / "stranger").issue_client("/CN=consoleAdmin")
        case "expired":
            return client_authority.issue_client("/CN=consoleAdmin", lifetime=-timedelta(seconds=1))
        case "for servers":
            return client_authority.issue_client("/CN=consoleAdmin", usage="serverAuth")
        case "of an authority":
            return client_authority.issue_client("/CN=consoleAdmin", constraints="CA:TRUE")
        case "without a name":
            return client_authority.issue_client("/O=nobody")
        case "with two names":
            return client_authority.issue_client("/CN=readonly/CN=consoleAdmin")
    raise AssertionError(kind)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("none", "MissingParameter"),
        ("of a stranger", "InvalidClientCertificate"),
        ("expired", "InvalidClientCertificate"),
        ("for servers", "InvalidClientCertificate"),
        ("of an authority", "InvalidClientCertificate"),
        ("without a name", "MissingParameter"),
        ("with two names", "InvalidClientCertificate"),
    ],
)
def test_a_certificate_that_is_refused_leaves_s3_alone(
    tls_server, client_authority, tmp_path, bucket_name, kind, code
) -> None:
    endpoint = tls_server.endpoint
    files = flawed(kind, client_authority, tmp_path)
    assert refusal(endpoint, files) == (400, code)
    shown = {"client_cert": (str(files.certificate), str(files.key))} if files else {}
    s3 = s3_clients.client(endpoint, **shown)
    s3.create_bucket(Bucket=bucket_name)
    s3.put_object(Bucket=bucket_name, Key="o", Body=b"body")
    assert s3.get_object(Bucket=bucket_name, Key="o")["Body"].read() == b"body"


def test_refused_certificates_count_as_failed_sign_ins(start_tls_server, client_authority, tmp_path) -> None:
    endpoint = start_tls_server(**{FAILURES_MAX: "3"}).endpoint
    files = flawed("of a stranger", client_authority, tmp_path)
    answers = [refusal(endpoint, files) for _ in range(4)]
    assert answers == [(400, "InvalidClientCertificate")] * 3 + [(503, "SlowDown")]
    good = client_authority.issue_client("/CN=readonly")
    assert refusal(endpoint, good) == (503, "SlowDown")
    assert s3_clients.client(endpoint).list_buckets()["Buckets"] == []


def test_plain_http_is_refused(start_server) -> None:
    server = start_server(settings={ENABLE: "on"})
    assert refusal(server.endpoint, None) == (400, "InsecureConnection")
    assert "no client can show a certificate" in server.log_tail()


def test_it_is_off_unless_switched_on(start_tls_server, client_authority) -> None:
    endpoint = start_tls_server(**{ENABLE: "off"}).endpoint
    assert refusal(endpoint, client_authority.issue_client("/CN=readonly")) == (501, "NotImplemented")


def test_an_unverified_certificate_counts_only_where_the_operator_says_so(
    start_tls_server, client_authority, tmp_path
) -> None:
    server = start_tls_server(**{SKIP_VERIFY: "on"})
    stranger = flawed("of a stranger", client_authority, tmp_path)
    s3 = s3_as(server.endpoint, sign_in(server.endpoint, stranger))
    assert s3.list_buckets()["Buckets"] == []
    assert "IDENTITY_TLS_SKIP_VERIFY is on" in server.log_tail()
    for kind in ("expired", "for servers", "of an authority"):
        files = flawed(kind, client_authority, tmp_path)
        assert refusal(server.endpoint, files) == (400, "InvalidClientCertificate")

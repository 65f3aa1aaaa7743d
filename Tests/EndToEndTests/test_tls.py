"""TLS from a folder of certificates, with clients that check them against their authority."""

from __future__ import annotations

import socket
import ssl
import subprocess
from pathlib import Path

import pytest
from botocore.exceptions import SSLError

import aws_cli
import polling
import s3_clients
from certificates import MINIO_NAMES, RUSTFS_NAMES, CertificateAuthority
from martlet_process import TLS_PATH, Endpoint, binary
from payloads import MIB, md5_hex, seeded_bytes

LOCAL = ("DNS:localhost", "IP:127.0.0.1")


def handshake(endpoint: Endpoint, authority: Path, name: str | None = None) -> ssl.SSLSocket:
    """A new connection whose certificate was checked; for the address, or for a host name sent as SNI."""
    trust = ssl.create_default_context(cafile=str(authority))
    plain = socket.create_connection((endpoint.host, endpoint.port), timeout=10)
    try:
        return trust.wrap_socket(plain, server_hostname=name or endpoint.host)
    except ssl.SSLError:
        plain.close()
        raise


def subject(endpoint: Endpoint, authority: Path, name: str | None = None) -> str:
    """The common name of the certificate that a new connection is given."""
    with handshake(endpoint, authority, name) as connection:
        return dict(pair[0] for pair in connection.getpeercert()["subject"])["commonName"]


@pytest.fixture
def folder(authority: CertificateAuthority, tmp_path: Path) -> Path:
    folder = tmp_path / "certs"
    authority.issue(folder, "first", *LOCAL)
    return folder


@pytest.fixture
def tls_server(start_server, authority, folder):
    return start_server(settings={TLS_PATH: str(folder)}, authority=authority.certificate)


@pytest.mark.parametrize("files", [MINIO_NAMES, RUSTFS_NAMES], ids=["MinIO's names", "RustFS's names"])
def test_boto3_verifies_the_server(start_server, authority, tmp_path, files, bucket_name):
    folder = tmp_path / "certs"
    authority.issue(folder, "first", *LOCAL, files=files)
    server = start_server(settings={TLS_PATH: str(folder)}, authority=authority.certificate)
    s3 = s3_clients.client(server.endpoint)
    s3.create_bucket(Bucket=bucket_name)
    for size in (0, 11, 3 * MIB + 1):
        body = seeded_bytes("tls", size)
        assert s3.put_object(Bucket=bucket_name, Key="o", Body=body)["ETag"] == f'"{md5_hex(body)}"'
        assert s3.get_object(Bucket=bucket_name, Key="o")["Body"].read() == body
    upload = s3.create_multipart_upload(Bucket=bucket_name, Key="parts")["UploadId"]
    part = s3.upload_part(Bucket=bucket_name, Key="parts", UploadId=upload, PartNumber=1, Body=b"x")
    answer = s3.complete_multipart_upload(
        Bucket=bucket_name,
        Key="parts",
        UploadId=upload,
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]},
    )
    assert answer["Location"].startswith("https://")


@pytest.mark.parametrize("version", aws_cli.PROGRAMS)
def test_the_aws_command_line_verifies_the_server(tls_server, bucket_name, tmp_path, version):
    aws = aws_cli.installed(version, tls_server.endpoint, tmp_path)
    url = f"s3://{bucket_name}"
    body = seeded_bytes("cli", 6 * MIB)
    (tmp_path / "file").write_bytes(body)
    aws("s3", "mb", url)
    aws("s3", "cp", tmp_path / "file", f"{url}/file", "--only-show-errors")
    assert aws("s3", "cp", f"{url}/file", "-").raw == body
    stranger = {"AWS_CA_BUNDLE": "/etc/ssl/certs/ca-certificates.crt"}
    assert "CERTIFICATE_VERIFY_FAILED" in aws("s3", "ls", environment=stranger, fails=True).errors


def test_who_trusts_another_authority_does_not_connect(tls_server, tmp_path):
    other = CertificateAuthority(tmp_path / "stranger")
    endpoint = tls_server.endpoint
    s3 = s3_clients.client(Endpoint(endpoint.url, "any", "secret-key", authority=other.certificate))
    with pytest.raises(SSLError, match="CERTIFICATE_VERIFY_FAILED"):
        s3.list_buckets()
    assert s3_clients.client(endpoint).list_buckets()["Buckets"] == []


def test_a_renewed_certificate_serves_new_connections_and_old_ones_go_on(tls_server, authority, folder):
    endpoint = tls_server.endpoint
    assert subject(endpoint, authority.certificate) == "first"
    old = tls_server.connection()
    assert status(old) == 200
    before = old.sock
    authority.issue(folder, "second", *LOCAL)
    polling.until(
        lambda: subject(endpoint, authority.certificate) == "second", 15, "the new certificate is served"
    )
    assert status(old) == 200
    assert old.sock is before, "the old connection was kept"
    old.close()


def test_a_renewal_that_cannot_be_used_leaves_the_former_certificate(tls_server, authority, folder):
    endpoint = tls_server.endpoint
    (folder / "public.crt").write_text("no certificate")

    def is_told() -> bool:
        assert subject(endpoint, authority.certificate) == "first"
        return "changed certificates cannot be used" in tls_server.log_tail()

    polling.until(is_told, 15, "the log tells of the broken certificate")
    authority.issue(folder, "third", *LOCAL)
    polling.until(
        lambda: subject(endpoint, authority.certificate) == "third", 15, "a good certificate is served again"
    )


def test_a_subfolder_serves_another_name(start_server, authority, folder):
    authority.issue(folder / "other", "other", "DNS:other.example")
    server = start_server(settings={TLS_PATH: str(folder)}, authority=authority.certificate)
    assert subject(server.endpoint, authority.certificate, "other.example") == "other"
    assert subject(server.endpoint, authority.certificate, "localhost") == "first"
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(server.endpoint, authority.certificate, "unknown.example")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_versions_1_2_and_1_3_are_spoken(tls_server, authority, version):
    assert negotiated(tls_server.endpoint, authority, version) == version.name.replace("_", ".")


def test_version_1_1_is_not_spoken(tls_server, authority):
    with pytest.raises(ssl.SSLError):
        negotiated(tls_server.endpoint, authority, ssl.TLSVersion.TLSv1_1)
    assert tls_server.health_status("/minio/health/live") == 200


@pytest.mark.parametrize(
    "sent",
    [b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", b"\x00" * 64, b"\x16\x03\x01\xff\xff" + b"\x01" * 600],
    ids=["plain HTTP", "zeros", "a broken hello"],
)
def test_what_is_no_tls_is_cut_and_the_server_goes_on(tls_server, sent):
    endpoint = tls_server.endpoint
    with socket.create_connection((endpoint.host, endpoint.port), timeout=10) as plain:
        plain.sendall(sent)
        answer = received_until_the_end(plain)
    # Nothing, or a TLS alert; never an S3 answer in the clear.
    assert answer == b"" or (answer[0] == 0x15 and len(answer) == 7), answer
    assert tls_server.health_status("/minio/health/live") == 200


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({}, "there is no certificate in"),
        ({"public.crt": "first"}, "private.key"),
        ({"public.crt": "first", "private.key": "broken"}, "private.key"),
        ({"public.crt": "broken", "private.key": "first"}, "public.crt"),
        ({"public.crt": "first", "private.key": "other"}, "private.key"),
    ],
    ids=["none", "no key", "a broken key", "a broken certificate", "somebody else's key"],
)
def test_a_folder_without_a_usable_pair_is_a_start_error(authority, tmp_path, folder, files, reason):
    authority.issue(tmp_path / "other", "other", *LOCAL)
    wrong = tmp_path / "wrong"
    wrong.mkdir()
    for name, source in files.items():
        made = {"first": folder / name, "other": tmp_path / "other" / name}.get(source)
        (wrong / name).write_bytes(made.read_bytes() if made else b"no PEM\n")
    (tmp_path / "drive").mkdir()
    run = subprocess.run(
        [binary(), "server", tmp_path / "drive", "--address", "127.0.0.1:0", "--certs-dir", wrong],
        env={"MARTLET_CONSOLE_ENABLE": "off"},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert run.returncode == 1, run.stderr
    assert str(wrong) in run.stderr
    assert reason in run.stderr


def status(connection) -> int:
    connection.request("GET", "/minio/health/live")
    answer = connection.getresponse()
    answer.read()
    return answer.status


def negotiated(endpoint: Endpoint, authority: CertificateAuthority, version: ssl.TLSVersion) -> str | None:
    """What a client that speaks but this version agrees on with the server."""
    trust = ssl.create_default_context(cafile=str(authority.certificate))
    trust.minimum_version = trust.maximum_version = version
    with (
        socket.create_connection((endpoint.host, endpoint.port), timeout=10) as plain,
        trust.wrap_socket(plain, server_hostname="localhost") as connection,
    ):
        return connection.version()


def received_until_the_end(connection: socket.socket) -> bytes:
    """Everything up to the end of the connection, or to its reset."""
    received = b""
    while True:
        try:
            piece = connection.recv(4096)
        except ConnectionResetError:
            return received
        if not piece:
            return received
        received += piece

"""Buckets as subdomains of the server's domains, beside buckets in the path."""

from __future__ import annotations

import http.client
import socket
from dataclasses import replace
from urllib.parse import quote, urlsplit

import pytest
from botocore.exceptions import ClientError

import commands
import s3_clients
from martlet_process import SERVER_DOMAINS, TLS_PATH, Endpoint, MartletProcess
from payloads import md5_hex, seeded_bytes

DOMAIN = "s3.test"
KEY = "folder/sp ace+ü"


@pytest.fixture(autouse=True)
def names_below_the_domain_are_this_machine(monkeypatch):
    """Stands in for a DNS entry `*.s3.test`."""
    resolve = socket.getaddrinfo

    def resolved(host, *arguments, **named):
        is_below = isinstance(host, str) and (host == DOMAIN or host.endswith(f".{DOMAIN}"))
        return resolve("127.0.0.1" if is_below else host, *arguments, **named)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)


@pytest.fixture
def server(start_server) -> MartletProcess:
    return start_server(settings={SERVER_DOMAINS: f"other.test,{DOMAIN}"})


def named(server: MartletProcess) -> Endpoint:
    """The server's endpoint under its domain."""
    endpoint = server.endpoint
    return replace(endpoint, url=f"{urlsplit(endpoint.url).scheme}://{DOMAIN}:{endpoint.port}")


def virtual(endpoint: Endpoint, signature: str = "s3v4"):
    return s3_clients.client(endpoint, signature=signature, s3={"addressing_style": "virtual"})


def hosts_of(s3) -> list[str]:
    """Collects the hosts that a client's requests go to from here on."""
    hosts: list[str] = []

    def note(request, **_) -> None:
        hosts.append(urlsplit(request.url).hostname)

    s3.meta.events.register("before-send.s3", note)
    return hosts


def curl(url: str, *arguments: str) -> bytes:
    """Sends one request to this machine, whatever host the URL names; fails on refusals."""
    parts = urlsplit(url)
    here = f"{parts.hostname}:{parts.port}:127.0.0.1"
    return commands.run(["curl", "-sS", "--fail", "--resolve", here, *arguments, url], {}).raw


def raw_get(server: MartletProcess, path: str, host: str) -> tuple[int, bytes]:
    """An unsigned GET with a Host header of one's own."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request("GET", path, headers={"Host": host})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize("signature", ["s3v4", "s3"], ids=["version 4", "version 2"])
def test_objects_travel_below_the_buckets_own_host(server, bucket_name, signature):
    s3 = virtual(named(server), signature)
    hosts = hosts_of(s3)
    s3.create_bucket(Bucket=bucket_name)
    body = seeded_bytes("virtual", 100_000)
    s3.put_object(Bucket=bucket_name, Key=KEY, Body=body)
    s3.put_object(Bucket=bucket_name, Key="a", Body=b"")
    assert s3.get_object(Bucket=bucket_name, Key=KEY)["Body"].read() == body
    assert s3.head_object(Bucket=bucket_name, Key=KEY)["ETag"] == f'"{md5_hex(body)}"'
    for call in (s3.list_objects, s3.list_objects_v2):
        assert [entry["Key"] for entry in call(Bucket=bucket_name)["Contents"]] == ["a", KEY]
    s3.copy_object(Bucket=bucket_name, Key="copy", CopySource={"Bucket": bucket_name, "Key": KEY})
    gone = s3.delete_objects(Bucket=bucket_name, Delete={"Objects": [{"Key": "a"}, {"Key": "copy"}]})
    assert sorted(entry["Key"] for entry in gone["Deleted"]) == ["a", "copy"]
    upload = s3.create_multipart_upload(Bucket=bucket_name, Key="parts")["UploadId"]
    s3.upload_part(Bucket=bucket_name, Key="parts", UploadId=upload, PartNumber=1, Body=b"x")
    assert [entry["Key"] for entry in s3.list_multipart_uploads(Bucket=bucket_name)["Uploads"]] == ["parts"]
    s3.abort_multipart_upload(Bucket=bucket_name, Key="parts", UploadId=upload)
    s3.delete_object(Bucket=bucket_name, Key=KEY)
    s3.delete_bucket(Bucket=bucket_name)
    assert set(hosts) == {f"{bucket_name}.{DOMAIN}"}


@pytest.mark.parametrize("signature", ["s3v4", "s3"], ids=["version 4", "version 2"])
def test_presigned_addresses_below_the_buckets_own_host(server, bucket_name, tmp_path, signature):
    s3 = virtual(named(server), signature)
    s3.create_bucket(Bucket=bucket_name)
    body = seeded_bytes("presigned", 5000)
    (tmp_path / "body").write_bytes(body)
    named_object = {"Bucket": bucket_name, "Key": KEY}
    put = s3.generate_presigned_url("put_object", Params=named_object, ExpiresIn=60)
    assert urlsplit(put).hostname == f"{bucket_name}.{DOMAIN}"
    curl(put, "-T", str(tmp_path / "body"))
    get = s3.generate_presigned_url("get_object", Params=named_object, ExpiresIn=60)
    assert curl(get) == body
    listing = s3.generate_presigned_url("list_objects_v2", Params={"Bucket": bucket_name}, ExpiresIn=60)
    assert b"<KeyCount>1</KeyCount>" in curl(listing)
    elsewhere = get.replace(bucket_name, f"x{bucket_name}", 1)
    parts = urlsplit(elsewhere)
    code, answer = raw_get(server, f"{parts.path}?{parts.query}", parts.netloc)
    assert code == 403 and b"SignatureDoesNotMatch" in answer


def test_both_styles_name_the_same_objects(server, bucket_name):
    below, beside = virtual(named(server)), s3_clients.client(server.endpoint)
    below.create_bucket(Bucket=bucket_name)
    beside.put_object(Bucket=bucket_name, Key=KEY, Body=b"by path")
    assert below.get_object(Bucket=bucket_name, Key=KEY)["Body"].read() == b"by path"
    # The bare domain means paths, too.
    bare = s3_clients.client(named(server))
    assert bare.get_object(Bucket=bucket_name, Key=KEY)["Body"].read() == b"by path"
    assert [entry["Name"] for entry in bare.list_buckets()["Buckets"]] == [bucket_name]


@pytest.mark.parametrize("style", ["below", "beside"])
def test_a_completed_upload_is_where_its_answer_says(server, bucket_name, style):
    below, beside = virtual(named(server)), s3_clients.client(server.endpoint)
    s3, address = (
        (below, f"http://{bucket_name}.{DOMAIN}:{server.port}/{quote(KEY)}")
        if style == "below"
        else (beside, f"{server.endpoint.url}/{bucket_name}/{quote(KEY)}")
    )
    beside.create_bucket(Bucket=bucket_name)
    upload = s3.create_multipart_upload(Bucket=bucket_name, Key=KEY)["UploadId"]
    part = s3.upload_part(Bucket=bucket_name, Key=KEY, UploadId=upload, PartNumber=1, Body=b"x")
    done = s3.complete_multipart_upload(
        Bucket=bucket_name,
        Key=KEY,
        UploadId=upload,
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]},
    )
    assert done["Location"] == address


def test_a_key_that_looks_like_a_bucket_stays_a_key(server, bucket_name):
    below, beside = virtual(named(server)), s3_clients.client(server.endpoint)
    below.create_bucket(Bucket=bucket_name)
    below.put_object(Bucket=bucket_name, Key=f"{bucket_name}/o", Body=b"nested")
    assert beside.get_object(Bucket=bucket_name, Key=f"{bucket_name}/o")["Body"].read() == b"nested"
    below.put_object(Bucket=bucket_name, Key="health", Body=b"no health")
    assert below.get_object(Bucket=bucket_name, Key="health")["Body"].read() == b"no health"


def test_a_bucket_that_is_not_there_is_told(server, bucket_name):
    with pytest.raises(ClientError) as caught:
        virtual(named(server)).get_object(Bucket=bucket_name, Key="o")
    assert s3_clients.error_of(caught) == ("NoSuchBucket", 404)


def test_health_and_bare_addresses_need_no_domain(server, bucket_name):
    port = server.port
    addresses = ["127.0.0.1", f"127.0.0.1:{port}", f"[::1]:{port}"]
    for host in (*addresses, f"localhost:{port}", DOMAIN, "elsewhere.test"):
        for path in ("/minio/health/live", "/minio/health/ready", "/health", "/health/ready"):
            assert raw_get(server, path, host)[0] == 200, (host, path)
    # Below a bucket's host, MinIO's paths still mean health; the others are keys.
    below = f"{bucket_name}.{DOMAIN}:{port}"
    assert raw_get(server, "/minio/health/live", below)[0] == 200
    code, answer = raw_get(server, "/health", below)
    assert code == 403 and b"AccessDenied" in answer


def test_without_the_setting_a_subdomain_means_a_path(start_server, bucket_name):
    server = start_server()
    beside = s3_clients.client(server.endpoint)
    beside.create_bucket(Bucket=bucket_name)
    beside.put_object(Bucket=bucket_name, Key="o", Body=b"x")
    by_path = s3_clients.client(replace(server.endpoint, url=f"http://any.{DOMAIN}:{server.port}"))
    assert by_path.get_object(Bucket=bucket_name, Key="o")["Body"].read() == b"x"


def test_over_tls_with_a_certificate_for_all_buckets(start_server, authority, tmp_path):
    folder = tmp_path / "certs"
    authority.issue(folder, "all", f"DNS:{DOMAIN}", f"DNS:*.{DOMAIN}", "IP:127.0.0.1")
    server = start_server(
        settings={TLS_PATH: str(folder), SERVER_DOMAINS: DOMAIN}, authority=authority.certificate
    )
    s3 = virtual(named(server))
    hosts = hosts_of(s3)
    named_object = {"Bucket": "private-bucket", "Key": KEY}
    s3.create_bucket(Bucket="private-bucket")
    s3.put_object(**named_object, Body=b"x")
    assert s3.get_object(**named_object)["Body"].read() == b"x"
    get = s3.generate_presigned_url("get_object", Params=named_object, ExpiresIn=60)
    assert curl(get, "--cacert", str(authority.certificate)) == b"x"
    assert set(hosts) == {f"private-bucket.{DOMAIN}"}

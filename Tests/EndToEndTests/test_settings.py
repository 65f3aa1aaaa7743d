"""Settings kept on the drives, and the restart that puts them into force."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import polling
import pytest
import rawhttp
import s3_clients
import signing
from botocore.exceptions import ClientError
from martlet_process import MartletProcess, fixtures_folder
from payloads import seeded_bytes
from test_admin import admin_of, plain, refusal


def admin(process: MartletProcess):
    return admin_of(process.endpoint, process.access_key, process.secret_key)


def restart(process: MartletProcess) -> None:
    """Restarts by the admin API and waits until the program that serves is another one."""
    log = process.log_path.read_bytes()
    admin(process).service_restart()

    def is_anew() -> bool:
        return process.log_path.read_bytes()[len(log) :].count(b"API: ") == 1 and process.answers_ready()

    polling.until(is_anew, 30, "the server serves again")


def parity(process: MartletProcess) -> int:
    return json.loads(admin(process).info())["backend"]["standardSCParity"]


def test_a_restart_keeps_the_process_and_everything_in_it(start_server) -> None:
    process = start_server()
    s3 = s3_clients.client(process.endpoint)
    s3.create_bucket(Bucket="kept")
    s3.put_object(Bucket="kept", Key="key", Body=b"body")
    pid, born = process.pid, Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[19]
    command, descriptors = Path(f"/proc/{pid}/cmdline").read_bytes(), process.open_descriptor_count
    for _ in range(3):
        restart(process)
        assert process.pid == pid
        assert Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19] == born
        assert Path(f"/proc/{pid}/cmdline").read_bytes() == command
        assert Path(f"/proc/{pid}/comm").read_text() == "martlet\n"
        assert s3.get_object(Bucket="kept", Key="key")["Body"].read() == b"body"
    # Nothing of the former programs is left open.
    assert process.open_descriptor_count <= descriptors + 8
    process.stop()


def begun_upload(process: MartletProcess, path: str, body: bytes) -> rawhttp.Connection:
    """An upload of which the server has asked for the body and got its first half."""
    head = signing.head(
        process.endpoint, "PUT", path, headers={"content-length": str(len(body)), "expect": "100-continue"}
    )
    connection = rawhttp.Connection(process.endpoint)
    connection.send(head)
    assert connection.response_head().status == 100
    connection.send(body[: len(body) // 2])
    return connection


def test_a_request_under_way_is_served_to_its_end_before_the_restart(start_server) -> None:
    process = start_server()
    s3 = s3_clients.client(process.endpoint)
    s3.create_bucket(Bucket="slow")
    body = seeded_bytes("slow", 3 << 20)
    with begun_upload(process, "/slow/key", body) as upload:
        log = process.log_path.read_bytes()
        admin(process).service_restart()
        polling.until(lambda: b"restarting" in process.log_path.read_bytes()[len(log) :], 10, "it drains")
        upload.send(body[len(body) // 2 :])
        assert upload.response("PUT").status == 200
    polling.until(process.answers_ready, 30, "the server serves again")
    assert s3.get_object(Bucket="slow", Key="key")["Body"].read() == body


def test_the_service_manager_hears_of_a_restart(start_server, tmp_path: Path) -> None:
    path = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(path))
        manager.settimeout(30)

        def heard() -> str:
            return manager.recv(4096).decode().split("\n")[0]

        process = start_server(settings={"NOTIFY_SOCKET": str(path)})
        assert heard() == "READY=1"
        restart(process)
        assert [heard(), heard()] == ["RELOADING=1", "READY=1"]
        process.stop()
        assert heard() == "STOPPING=1"


def test_a_dry_run_restarts_nothing(start_server) -> None:
    process = start_server(drive_count=1)
    server = admin(process)
    answer = plain(process.endpoint, "POST", "service", {"action": "restart", "type": "2", "dry-run": "true"})
    assert json.loads(answer.body)["dryRun"] is True
    before = process.log_path.read_bytes()
    server.info()
    assert b"restarting" not in process.log_path.read_bytes()[len(before) :]


def test_a_stop_that_comes_during_a_restart_is_a_stop(start_server) -> None:
    process = start_server(drive_count=1)
    admin(process).service_restart()
    process.stop()


def test_storage_classes_count_from_the_restart_on(start_server) -> None:
    process = start_server(drive_count=4)
    assert parity(process) == 2
    server = admin(process)
    assert refusal(server.config_set, "storage_class", {"standard": "EC:3"})[1] == "XMinioAdminConfigBadJSON"
    server.config_set("storage_class", {"standard": "EC:1"})
    assert "standard=EC:1" in server.config_get("storage_class")
    assert parity(process) == 2
    restart(process)
    assert parity(process) == 1
    s3 = s3_clients.client(process.endpoint)
    s3.create_bucket(Bucket="thin")
    s3.put_object(Bucket="thin", Key="key", Body=b"x" * 100_000)
    server.config_reset("storage_class")
    restart(process)
    assert parity(process) == 2
    assert s3.get_object(Bucket="thin", Key="key")["Body"].read() == b"x" * 100_000


def test_the_environment_beats_the_drives(start_server) -> None:
    process = start_server(drive_count=4)
    admin(process).config_set("storage_class", {"standard": "EC:1"})
    admin(process).config_set("site", {"region": "eu-kept-1"})
    process.stop()
    process.parity = 2
    process.start()
    assert parity(process) == 2
    text = admin(process).config_get("storage_class")
    assert "# MARTLET_STORAGE_CLASS_STANDARD=EC:2" in text
    assert json.loads(admin(process).info())["region"] == "eu-kept-1"
    admin(process).config_reset("site")


def test_the_cap_on_requests_is_in_force_at_once(start_server) -> None:
    process = start_server(drive_count=1, settings={"MARTLET_API_REQUESTS_DEADLINE": "200ms"})
    s3_clients.client(process.endpoint).create_bucket(Bucket="busy")
    body = seeded_bytes("busy", 1 << 20)
    with begun_upload(process, "/busy/key", body) as upload:
        assert signing.request(process.endpoint, "GET", "/busy").status == 200
        admin(process).config_set("api", {"requests_max": "1"})
        refused = signing.request(process.endpoint, "GET", "/busy")
        assert (refused.status, refused.error_code) == (503, "SlowDown")
        upload.send(body[len(body) // 2 :])
        assert upload.response("PUT").status == 200
    assert signing.request(process.endpoint, "GET", "/busy").status == 200


def test_an_object_takes_no_more_versions_than_it_may_have(start_server) -> None:
    process = start_server(settings={"MINIO_API_OBJECT_MAX_VERSIONS": "2"})
    s3 = s3_clients.client(process.endpoint)
    s3.create_bucket(Bucket="versions")
    s3.put_bucket_versioning(Bucket="versions", VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket="versions", Key="key", Body=b"1")["VersionId"]
    s3.put_object(Bucket="versions", Key="key", Body=b"2")
    with pytest.raises(ClientError) as caught:
        s3.put_object(Bucket="versions", Key="key", Body=b"3")
    assert s3_clients.error_of(caught) == ("MaxVersionsExceeded", 400)
    with pytest.raises(ClientError) as caught:
        s3.delete_object(Bucket="versions", Key="key")
    assert s3_clients.error_of(caught) == ("MaxVersionsExceeded", 400)
    assert s3.get_object(Bucket="versions", Key="key")["Body"].read() == b"2"
    s3.delete_object(Bucket="versions", Key="key", VersionId=first)
    s3.put_object(Bucket="versions", Key="key", Body=b"3")


def test_what_minio_kept_stays_and_is_in_force(start_server) -> None:
    archive = fixtures_folder() / "ec4.tar.xz"
    if not archive.is_file():
        pytest.skip(f"{archive} is missing")
    manifest = json.loads((fixtures_folder() / "ec4.manifest.json").read_text())
    process = start_server(
        unpacks=archive, access_key=manifest["root_user"], secret_key=manifest["root_password"]
    )
    server = admin(process)
    before = server.config_get("api")
    assert "stale_uploads_expiry=24h" in before
    server.config_set("api", {"requests_max": "77"})
    restart(process)
    assert server.config_get("api") == before.replace("requests_max=0", "requests_max=77")

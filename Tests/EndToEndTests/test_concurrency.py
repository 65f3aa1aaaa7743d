"""Many connections at once: stalled, idle, active."""

from __future__ import annotations

import contextlib
import resource
import select
import socket
import statistics
import time

import pytest

import polling
import s3_clients
import signing
from martlet_process import CONNECTIONS_MAX, IDLE_TIMEOUT, READ_HEADER_TIMEOUT
from payloads import KIB, MIB, seeded_bytes
from rawhttp import Connection

RSS_MAX_MIB = 300
ANSWER_SECONDS = 5
LIVE = b"GET /minio/health/live HTTP/1.1\r\nHost: x\r\n\r\n"


def needs_descriptors(count: int) -> None:
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit < count:
        pytest.skip(f"needs {count} descriptors, the limit is {limit} and could not be raised")


class Crowd(contextlib.ExitStack):
    """Connections that are all closed at the end."""

    def connect(self, endpoint, count: int) -> list[socket.socket]:
        return [
            self.enter_context(socket.create_connection((endpoint.host, endpoint.port), timeout=30))
            for _ in range(count)
        ]


@pytest.mark.parametrize("sent", [0, 5, 70 * KIB], ids=["nothing", "few bytes", "70 KiB"])
def test_small_requests_answer_beside_a_thousand_stalled_uploads(start_server, sent):
    needs_descriptors(4000)
    server = start_server(drive_count=4, parity=2)
    s3 = s3_clients.client(server.endpoint, read_timeout=30)
    s3.create_bucket(Bucket="stalled")
    s3.put_object(Bucket="stalled", Key="small", Body=b"small")
    with Crowd() as crowd:
        for number, connection in enumerate(crowd.connect(server.endpoint, 1000)):
            connection.sendall(
                signing.head(
                    server.endpoint,
                    "PUT",
                    f"/stalled/never/{number}",
                    headers={"content-length": f"{10 * MIB}"},
                )
                + bytes(sent)
            )
        seconds = []
        for number in range(40):
            began = time.monotonic()
            s3.put_object(Bucket="stalled", Key=f"fresh/{number}", Body=seeded_bytes(number, 20 * KIB))
            seconds.append(time.monotonic() - began)
            began = time.monotonic()
            assert s3.get_object(Bucket="stalled", Key="small")["Body"].read() == b"small"
            seconds.append(time.monotonic() - began)
        assert max(seconds) < ANSWER_SECONDS, (
            f"median {statistics.median(seconds):.3f} s, at most {max(seconds):.3f} s"
        )
        assert server.rss_max_mib < RSS_MAX_MIB, f"{server.rss_max_mib:.0f} MiB"
    assert s3.list_objects_v2(Bucket="stalled", Prefix="never/")["KeyCount"] == 0
    polling.until(
        lambda: server.open_descriptor_count < 300, 30, "what the stalled uploads held is given back"
    )


def ask_in_turn(
    connections: list[socket.socket], request: bytes, body: bytes, rounds: int, seconds: float
) -> list[float]:
    """Each connection sends the request `rounds` times, one after the other; all at the same time.

    Returns how long each answer took. Insists on status 200 and the body.
    """
    poll = select.epoll()
    by_descriptor = {connection.fileno(): connection for connection in connections}
    buffers = dict.fromkeys(by_descriptor, b"")
    left = dict.fromkeys(by_descriptor, rounds)
    asked: dict[int, float] = {}
    took: list[float] = []
    for descriptor, connection in by_descriptor.items():
        connection.sendall(request)
        asked[descriptor] = time.monotonic()
        poll.register(descriptor, select.EPOLLIN)
    deadline = time.monotonic() + seconds
    try:
        while left:
            assert time.monotonic() < deadline, f"{len(left)} of {len(connections)} connections still wait"
            for descriptor, _ in poll.poll(1):
                data = by_descriptor[descriptor].recv(1 << 16)
                assert data, "the server closed an active connection"
                buffers[descriptor] += data
                head, mark, rest = buffers[descriptor].partition(b"\r\n\r\n")
                if not mark or len(rest) < len(body):
                    continue
                assert head.startswith(b"HTTP/1.1 200 "), head
                assert rest == body
                took.append(time.monotonic() - asked[descriptor])
                buffers[descriptor] = b""
                left[descriptor] -= 1
                if left[descriptor]:
                    by_descriptor[descriptor].sendall(request)
                    asked[descriptor] = time.monotonic()
                else:
                    del left[descriptor]
                    poll.unregister(descriptor)
    finally:
        poll.close()
    return took


def test_ten_thousand_idle_and_a_thousand_active_connections(start_server):
    needs_descriptors(12000)
    settings = {CONNECTIONS_MAX: "12000", IDLE_TIMEOUT: "120s", READ_HEADER_TIMEOUT: "120s"}
    server = start_server(drive_count=4, parity=2, settings=settings)
    s3 = s3_clients.client(server.endpoint)
    s3.create_bucket(Bucket="crowded")
    body = seeded_bytes("crowded", 4 * KIB)
    s3.put_object(Bucket="crowded", Key="object", Body=body)
    with Crowd() as crowd:
        idle = crowd.connect(server.endpoint, 10_000)
        for connection in idle[::2]:
            connection.sendall(LIVE)
        for connection in idle[::2]:
            assert connection.recv(4096).startswith(b"HTTP/1.1 200 ")
        active = crowd.connect(server.endpoint, 1000)
        took = ask_in_turn(
            active, signing.head(server.endpoint, "GET", "/crowded/object"), body, rounds=10, seconds=90
        )
        assert len(took) == 10_000
        assert server.rss_max_mib < RSS_MAX_MIB, f"{server.rss_max_mib:.0f} MiB"
        for connection in idle[::500]:
            connection.sendall(LIVE)
            assert connection.recv(4096).startswith(b"HTTP/1.1 200 "), "idle connections are still served"
    polling.until(
        lambda: server.open_descriptor_count < 300, 30, "closed connections give back their descriptors"
    )


def test_an_idle_server_uses_no_processor_time(start_server):
    server = start_server(drive_count=4, parity=2)
    with Connection(server.endpoint) as connection:
        connection.send(LIVE)
        connection.response()
        began, before = time.monotonic(), server.cpu_seconds
        assert not connection.is_ended_within(4), "an idle connection is kept"
        spent, passed = server.cpu_seconds - before, time.monotonic() - began
    assert spent < 0.05 * passed, f"{spent:.2f} s of processor time in {passed:.1f} s"

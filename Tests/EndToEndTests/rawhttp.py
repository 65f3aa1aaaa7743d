"""HTTP/1.1 over a plain socket: sends exactly the given bytes, reads answers one by one."""

from __future__ import annotations

import contextlib
import re
import socket
import time
from dataclasses import dataclass

from martlet_process import Endpoint


class ConnectionEnded(Exception):
    """The server closed or reset the connection where an answer was expected."""


@dataclass(frozen=True)
class Response:
    status: int
    reason: str
    headers: dict[str, str]
    body: bytes

    @property
    def error_code(self) -> str | None:
        """The code of an S3 error document."""
        found = re.search(rb"<Code>([^<]+)</Code>", self.body)
        return found.group(1).decode() if found else None


class Connection:
    """A client connection with one deadline for each read."""

    def __init__(self, endpoint: Endpoint, seconds: float = 15) -> None:
        self.socket = socket.create_connection((endpoint.host, endpoint.port), timeout=seconds)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.seconds = seconds
        self.buffer = b""

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        """Sends everything; a server that has already answered and closed is no error here."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.socket.sendall(data)

    def end_sending(self) -> None:
        self.socket.shutdown(socket.SHUT_WR)

    def fill(self) -> bool:
        """Reads what is there; false at the end of the stream."""
        try:
            data = self.socket.recv(1 << 18)
        except ConnectionResetError:
            return False
        self.buffer += data
        return bool(data)

    def read_until(self, mark: bytes) -> bytes:
        while mark not in self.buffer:
            if not self.fill():
                raise ConnectionEnded(f"after {self.buffer[:200]!r}")
        taken, _, self.buffer = self.buffer.partition(mark)
        return taken

    def read_exactly(self, count: int) -> bytes:
        pieces, have = [self.buffer], len(self.buffer)
        while have < count:
            self.buffer = b""
            if not self.fill():
                self.buffer = b"".join(pieces)
                raise ConnectionEnded(f"{have} of {count} bytes arrived")
            pieces.append(self.buffer)
            have += len(self.buffer)
        whole = b"".join(pieces)
        self.buffer = whole[count:]
        return whole[:count]

    def response_head(self) -> Response:
        """The next status line and headers, informational ones too."""
        lines = self.read_until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        version, status, reason = (lines[0].split(" ", 2) + [""])[:3]
        assert version in ("HTTP/1.1", "HTTP/1.0"), lines[0]
        headers: dict[str, str] = {}
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            assert colon and name == name.strip(), f"malformed header line {line!r}"
            headers[name.lower()] = value.strip()
        return Response(int(status), reason, headers, b"")

    def response(self, method: str = "GET") -> Response:
        """The next final answer with its whole body."""
        head = self.response_head()
        while head.status // 100 == 1:
            head = self.response_head()
        return Response(head.status, head.reason, head.headers, self.body_of(head, method))

    def body_of(self, head: Response, method: str) -> bytes:
        if method == "HEAD" or head.status in (204, 304):
            return b""
        if head.headers.get("transfer-encoding", "").lower() == "chunked":
            return self.chunked_body()
        if "content-length" in head.headers:
            return self.read_exactly(int(head.headers["content-length"]))
        while self.fill():
            pass
        body, self.buffer = self.buffer, b""
        return body

    def chunked_body(self) -> bytes:
        body = b""
        while size := int(self.read_until(b"\r\n").split(b";")[0], 16):
            body += self.read_exactly(size)
            assert self.read_exactly(2) == b"\r\n"
        while self.read_until(b"\r\n"):
            pass
        return body

    def is_ended_within(self, seconds: float) -> bool:
        """Whether the server ends the connection; what it still sends is kept in the buffer."""
        deadline = time.monotonic() + seconds
        try:
            while (left := deadline - time.monotonic()) > 0:
                self.socket.settimeout(left)
                if not self.fill():
                    return True
        except TimeoutError:
            pass
        finally:
            self.socket.settimeout(self.seconds)
        return False

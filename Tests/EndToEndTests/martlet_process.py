"""The built server as a process: started on drive folders, watched through /proc, stopped, killed, judged."""

from __future__ import annotations

import http.client
import os
import random
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import polling
from faults import FaultyDrives

REPOSITORY = Path(__file__).resolve().parents[2]

# The settings the suite turns, each named once.
ROOT_USER = "MARTLET_ROOT_USER"
ROOT_PASSWORD = "MARTLET_ROOT_PASSWORD"
STORAGE_CLASS_STANDARD = "MARTLET_STORAGE_CLASS_STANDARD"
SET_DRIVE_COUNT = "MARTLET_ERASURE_SET_DRIVE_COUNT"
DRIVE_GRACE = "MARTLET_DRIVE_GRACE_PERIOD"
READ_HEADER_TIMEOUT = "MARTLET_READ_HEADER_TIMEOUT"
CONNECTIONS_MAX = "MARTLET_CONNECTIONS_MAX"
IDLE_TIMEOUT = "MARTLET_IDLE_TIMEOUT"
CONSOLE_ENABLE = "MARTLET_CONSOLE_ENABLE"
TLS_PATH = "MARTLET_TLS_PATH"
SERVER_DOMAINS = "MARTLET_SERVER_DOMAINS"

READY_SECONDS = 30
STOP_SECONDS = 45

# What is read of each shard file when a tree is judged only because its test is over.
SAMPLE_SIZE = 1 << 20


@dataclass(frozen=True)
class Endpoint:
    """Where a server listens and who may talk to it; `authority` is whom its certificate is checked with."""

    url: str
    access_key: str
    secret_key: str
    region: str = "us-east-1"
    authority: Path | None = None

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or "127.0.0.1"

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 80

    @property
    def netloc(self) -> str:
        return f"{self.host}:{self.port}"


def fixtures_folder() -> Path:
    """The folder of shared fixtures; it may not be there."""
    named = os.environ.get("MARTLET_FIXTURES")
    return Path(named) if named else shared_beside(REPOSITORY)


def shared_beside(repository: Path) -> Path:
    """`../shared/fixtures` next to the repository, also when the repository is a git worktree elsewhere."""
    for start in (repository, repository.parent):
        candidate = start.parent / "shared" / "fixtures"
        if candidate.is_dir():
            return candidate
    return repository.parent / "shared" / "fixtures"


def binary() -> Path:
    """The server to test, or an error that says where it was looked for."""
    named = os.environ.get("MARTLET_BINARY")
    candidates = (
        [Path(named)]
        if named
        else [REPOSITORY / ".build" / kind / "martlet" for kind in ("release", "debug")]
    )
    for candidate in candidates:
        if os.access(candidate, os.X_OK):
            return candidate
    raise AssertionError(f"no server to test: build it first (looked for {', '.join(map(str, candidates))})")


def free_port() -> int:
    """A port nobody listens on, below those outgoing connections take, so that a restart finds it free."""
    while True:
        port = random.SystemRandom().randrange(20001, 32000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


running: list[MartletProcess] = []
"""The servers of this test process that were not closed yet; a failing test shows their logs."""


@dataclass
class MartletProcess:
    """One server on fresh drive folders, or on those a tar file holds (`unpacks`).

    With the PEM file of an `authority` it is spoken to over TLS; its settings name the certificates then.
    Restarting keeps drives and port. Whoever makes one passes it to `close` in the end.
    """

    drive_count: int = 4
    parity: int | None = None
    settings: dict[str, str] = field(default_factory=dict)
    access_key: str = "endtoendadmin"
    secret_key: str = "endtoend-secret-9"
    judged: bool = True
    injects_faults: bool = False
    unpacks: Path | None = None
    authority: Path | None = None
    home: Path = field(init=False)
    drives: list[Path] = field(init=False)
    port: int = field(init=False)
    process: subprocess.Popen[bytes] | None = field(init=False, default=None)
    faults: FaultyDrives | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.home = Path(
            tempfile.mkdtemp(prefix="martlet-endtoend-", dir=os.environ.get("MARTLET_TEST_DRIVES"))
        )
        if self.unpacks:
            subprocess.run(["tar", "-xJf", self.unpacks, "-C", self.home, "--strip-components=1"], check=True)
        else:
            for number in range(1, self.drive_count + 1):
                (self.home / f"d{number}").mkdir()
        self.drives = sorted(self.home.glob("d*"), key=lambda drive: int(drive.name[1:]))
        self.port = free_port()
        if self.injects_faults:
            self.faults = FaultyDrives(self.drives, self.home / "faults")
        running.append(self)

    @property
    def endpoint(self) -> Endpoint:
        scheme = "https" if self.authority else "http"
        url = f"{scheme}://127.0.0.1:{self.port}"
        return Endpoint(url, self.access_key, self.secret_key, authority=self.authority)

    @property
    def log_path(self) -> Path:
        return self.home / "server.log"

    def log_tail(self, size: int = 8000) -> str:
        return self.log_path.read_bytes()[-size:].decode(errors="replace") if self.log_path.exists() else ""

    def environment(self) -> dict[str, str]:
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("MARTLET_", "RUSTFS_", "MINIO_"))
        }
        own = {ROOT_USER: self.access_key, ROOT_PASSWORD: self.secret_key, "SWIFT_BACKTRACE": "enable=no"}
        own[CONSOLE_ENABLE] = "off"  # its port is the same for every server on this machine
        if self.parity is not None:
            own[STORAGE_CLASS_STANDARD] = f"EC:{self.parity}"
        shim = self.faults.environment if self.faults else {}
        return inherited | own | shim | self.settings

    def start(self, ready: bool = True) -> MartletProcess:
        assert self.process is None, "already running"
        arguments = [str(binary()), "server", *map(str, self.drives), "--address", f"127.0.0.1:{self.port}"]
        if setpriv := shutil.which("setpriv"):  # no server outlives a test run that is itself killed
            arguments = [setpriv, "--pdeathsig", "KILL", *arguments]
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                arguments,
                env=self.environment(),
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        if ready:
            self.wait_ready()
        return self

    def wait_ready(self, seconds: float = READY_SECONDS) -> None:
        polling.until(self.answers_ready, seconds, "the server is ready")

    def answers_ready(self) -> bool:
        assert self.process is not None
        code = self.process.poll()
        assert code is None, f"the server ended with {code} before it was ready:\n{self.log_tail()}"
        return self.health_status("/minio/health/ready") == 200

    def health_status(self, path: str) -> int | None:
        """The status of a health address, or nothing when nobody answers."""
        connection = self.connection()
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def connection(self) -> http.client.HTTPConnection:
        """One that is opened by its first request."""
        if not self.authority:
            return http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        trust = ssl.create_default_context(cafile=str(self.authority))
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=5, context=trust)

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Asks for a clean stop, with all drives good again, and insists on exit code 0."""
        assert self.process is not None
        if self.faults:
            self.faults.clear()
        process = self.process
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            self.kill()
            raise AssertionError(
                f"the server did not stop within {seconds} s of SIGTERM:\n{self.log_tail()}"
            ) from error
        self.process = None
        assert code == 0, f"the server ended with {code}, not 0:\n{self.log_tail()}"

    def kill(self) -> None:
        """Ends the server the hard way and waits until it is gone."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.process = None

    def judge(self, manifest: Path | None = None, sample: int | None = None) -> None:
        """Fails when the independent judge of drive trees finds anything on the stopped drives.

        With a manifest also when they hold other objects than it lists; with a sample it looks at no more
        than about so many bytes of each shard file.
        """
        assert self.process is None, "a running tree cannot be judged"
        arguments = ["--manifest", str(manifest)] if manifest else []
        judge_tree(self.drives, *arguments, *(["--sample", str(sample)] if sample else []))

    def remove(self) -> None:
        shutil.rmtree(self.home, ignore_errors=True)

    # What /proc says.

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def memory_kib(self, name: str) -> int:
        """`VmRSS` or `VmHWM` (the highest VmRSS so far), in KiB."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1])
        raise AssertionError(f"/proc/{self.pid}/status has no {name}")

    @property
    def rss_mib(self) -> float:
        return self.memory_kib("VmRSS") / 1024

    @property
    def rss_max_mib(self) -> float:
        return self.memory_kib("VmHWM") / 1024

    def reset_rss_max(self) -> None:
        """Makes VmHWM count from now."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")

    @property
    def cpu_seconds(self) -> float:
        """User and system time spent so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def open_descriptor_count(self) -> int:
        return len(os.listdir(f"/proc/{self.pid}/fd"))


def close(process: MartletProcess) -> None:
    """Stops, judges and removes. Drives with something wrong stay, the process never does."""
    try:
        if process.process is not None:
            process.stop()
        if process.judged:
            process.judge(sample=SAMPLE_SIZE)
        process.remove()
    finally:
        running.remove(process)
        if process.process is not None:
            process.kill()


def judge_tree(drives: list[Path], *arguments: str) -> None:
    judge = fixtures_folder() / "judge_tree.py"
    if not judge.is_file():
        warnings.warn(f"{judge} is missing: the drive trees are not judged", stacklevel=2)
        return
    run = subprocess.run(
        [sys.executable, str(judge), "--quiet", *map(str, drives), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
    )
    assert run.returncode == 0, f"the judge of {drives[0].parent} says:\n{run.stdout[-6000:]}"

"""Options and fixtures. Client suites ask for `endpoint`, for which a running server can stand in."""

from __future__ import annotations

import re
import resource
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from botocore.client import BaseClient

import s3_clients
from certificates import CertificateAuthority
from martlet_process import Endpoint, MartletProcess, close, running


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("martlet")
    group.addoption("--endpoint", help="aim the client suites at this running server instead of starting one")
    group.addoption("--access-key", default="endtoendadmin", help="its access key")
    group.addoption("--secret-key", default="endtoend-secret-9", help="its secret key")
    group.addoption("--five-gib", action="store_true", help="also transfer 5 GiB")
    group.addoption("--kill-rounds", type=int, default=5, help="how often test_kill kills the server")


def pytest_configure(config: pytest.Config) -> None:
    raise_descriptor_limit()


def raise_descriptor_limit(wanted: int = 65536) -> None:
    """Servers inherit the limit. Past the hard limit only the privileged get."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for limit in (max(wanted, hard), hard):
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
            return
        except (ValueError, PermissionError):
            continue


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "kill_seed" in metafunc.fixturenames:
        rounds = metafunc.config.getoption("--kill-rounds")
        metafunc.parametrize("kill_seed", range(1, rounds + 1), ids=lambda seed: f"seed {seed}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--five-gib"):
        for item in items:
            if item.get_closest_marker("five_gib"):
                item.add_marker(pytest.mark.skip(reason="5 GiB only with --five-gib"))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    outcome = yield
    report = outcome.get_result()
    if report.failed:
        for process in running:
            report.sections.append((f"server log {process.log_path}", process.log_tail()))


def refuse_endpoint(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--endpoint"):
        pytest.skip("needs a server of its own, not --endpoint")


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Iterator[MartletProcess]:
    """One server for the whole run: four drives, two of them parity. Tests leave it as they found it."""
    refuse_endpoint(request)
    process = MartletProcess(drive_count=4, parity=2)
    try:
        yield process.start()
    finally:
        close(process)


@pytest.fixture
def start_server(request: pytest.FixtureRequest) -> Iterator[Callable[..., MartletProcess]]:
    """Starts a server for this test alone; it is stopped and its drives are judged when the test ends."""
    refuse_endpoint(request)
    started: list[MartletProcess] = []

    def start(ready: bool = True, **arguments) -> MartletProcess:
        process = MartletProcess(**arguments)
        started.append(process)
        return process.start(ready=ready)

    yield start
    failure: BaseException | None = None
    for process in started:
        try:
            close(process)
        except AssertionError as error:
            failure = failure or error
    if failure:
        raise failure


@pytest.fixture(scope="session")
def endpoint(request: pytest.FixtureRequest) -> Endpoint:
    url = request.config.getoption("--endpoint")
    if url:
        return Endpoint(
            url, request.config.getoption("--access-key"), request.config.getoption("--secret-key")
        )
    return request.getfixturevalue("server").endpoint


@pytest.fixture(scope="session")
def s3(endpoint: Endpoint) -> BaseClient:
    return s3_clients.client(endpoint)


@pytest.fixture
def bucket_name(request: pytest.FixtureRequest) -> str:
    """A bucket name no other test has; the bucket is not made."""
    slug = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower()).strip("-")[:40].strip("-")
    return f"{slug}-{uuid.uuid4().hex[:10]}"


@pytest.fixture
def bucket(s3: BaseClient, bucket_name: str) -> str:
    """A new, empty bucket of this test's own."""
    s3.create_bucket(Bucket=bucket_name)
    return bucket_name


@pytest.fixture
def authority(tmp_path: Path) -> CertificateAuthority:
    """Signs certificates that clients of this test check."""
    return CertificateAuthority(tmp_path / "authority")

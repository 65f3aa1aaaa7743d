"""Loaded into the suite's pytest: gives each worker a server of its own, cleans up after each test, and writes
what became of every test to a file.

The suite's own cleaning stops at the first answer it does not expect, and then fails every test that follows.
Here each test has its own prefix of bucket names, and what cannot be removed stays behind and is counted.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import boto3
import pytest
from botocore.client import BaseClient, Config
from botocore.exceptions import BotoCoreError, ClientError

FOLDER = "CONFORMANCE_FOLDER"
"""Names the folder with `suite-N.conf` for worker N, in which `results.json` is written."""

EXCERPT_SIZE = 6000


def pytest_configure(config: pytest.Config) -> None:
    folder = Path(os.environ[FOLDER])
    worker = getattr(config, "workerinput", {}).get("workerid", "gw0")
    os.environ["S3TEST_CONF"] = str(folder / f"suite-{worker.removeprefix('gw')}.conf")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Results(folder / "results.json"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        markers = sorted({mark.name for mark in item.iter_markers()})
        item.user_properties.append(("markers", markers))


def pytest_collection_finish(session: pytest.Session) -> None:
    """The suite is imported by now; its fixture calls these two by their names."""
    import s3tests.functional as suite

    suite.setup = lambda: renew_prefix(suite)
    suite.teardown = lambda: clean(suite)


def renew_prefix(suite) -> None:
    suite.prefix = suite.choose_bucket_prefix("conformance-{random}-")


left_behind: list[str] = []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    report = yield
    if report.when == "teardown" and left_behind:
        report.user_properties.append(("left_behind", list(left_behind)))
        left_behind.clear()
    return report


def clean(suite) -> None:
    for section in ("main", "alt", "tenant"):
        client = owner_client(suite.config, section)
        try:
            names = [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]
        except (BotoCoreError, ClientError):
            continue  # the next user's listing may hold them; what stays is thrown away with the server
        for name in names:
            if name.startswith(suite.prefix) and not remove(client, name):
                left_behind.append(name)


clients: dict[str, BaseClient] = {}


def owner_client(settings, section: str) -> BaseClient:
    if section not in clients:
        clients[section] = boto3.client(
            "s3",
            endpoint_url=settings.default_endpoint,
            aws_access_key_id=getattr(settings, f"{section}_access_key"),
            aws_secret_access_key=getattr(settings, f"{section}_secret_key"),
            config=Config(signature_version="s3v4", retries={"total_max_attempts": 1}),
        )
    return clients[section]


def remove(client: BaseClient, bucket: str) -> bool:
    """Whether the bucket is gone. A policy that denies this is taken away first."""
    try:
        client.delete_bucket_policy(Bucket=bucket)
    except (BotoCoreError, ClientError):
        pass  # there may be none, or it may be another user's; deleting the bucket shows whether it mattered
    try:
        empty(client, bucket)
        client.delete_bucket(Bucket=bucket)
    except (BotoCoreError, ClientError) as error:
        return isinstance(error, ClientError) and error.response["Error"]["Code"] == "NoSuchBucket"
    return True


def empty(client: BaseClient, bucket: str) -> None:
    """Deletes all versions, or the objects where the server lists no versions."""
    try:
        pages = list(client.get_paginator("list_object_versions").paginate(Bucket=bucket))
        rows = [row for page in pages for kind in ("Versions", "DeleteMarkers") for row in page.get(kind, [])]
        found = [{"Key": row["Key"], "VersionId": row["VersionId"]} for row in rows]
        bypass = {"BypassGovernanceRetention": True}
    except ClientError as error:
        if error.response["Error"]["Code"] != "NotImplemented":
            raise
        pages = list(client.get_paginator("list_objects_v2").paginate(Bucket=bucket))
        found = [{"Key": row["Key"]} for page in pages for row in page.get("Contents", [])]
        bypass = {}
    for start in range(0, len(found), 1000):
        batch = {"Objects": found[start : start + 1000], "Quiet": True}
        client.delete_objects(Bucket=bucket, Delete=batch, **bypass)


class Results:
    """Gathers the reports of all workers. A test is as bad as the worst of its phases."""

    order = ("passed", "skipped", "failed", "error")

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tests: dict[str, dict] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        name = report.nodeid.rpartition("/")[2].replace(".py::", "::")
        row = self.tests.setdefault(
            name, {"outcome": "passed", "seconds": 0.0, "markers": [], "left_behind": [], "why": "", "trace": ""}
        )
        row["seconds"] += report.duration
        for key, value in report.user_properties:
            row[key] = value
        outcome = report.outcome
        if outcome == "failed" and report.when != "call":
            outcome = "error"
        if self.order.index(outcome) > self.order.index(row["outcome"]):
            row["outcome"] = outcome
            row["why"] = why(report)
            row["trace"] = report.longreprtext[-EXCERPT_SIZE:]

    def pytest_sessionfinish(self) -> None:
        self.path.write_text(json.dumps(self.tests, indent=1, sort_keys=True))


def why(report: pytest.TestReport) -> str:
    """The first line of what went wrong."""
    if report.skipped and isinstance(report.longrepr, tuple):
        return report.longrepr[2]
    crash = getattr(report.longrepr, "reprcrash", None)
    text = crash.message if crash else report.longreprtext[-300:]
    return text.strip().partition("\n")[0]

"""Runs ceph/s3-tests against the built server and compares what passed with `s3-tests.md`.

Each worker of pytest gets a server of its own on fresh drive folders: tests that look at all buckets of an account
do not see each other, and a server that ends takes only its own worker's tests along.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
sys.path.insert(0, str(HERE.parent / "EndToEndTests"))

import expectations  # noqa: E402
import identities  # noqa: E402
import martlet_process  # noqa: E402

# What the server is started with for this suite, and nowhere else.
DRIVE_COUNT = 4
REGION = "us-west-2"  # us-east-1 has no location constraint, for which the suite asks
SERVER_SETTINGS = {
    "MARTLET_REGION": REGION,
    "MARTLET_OBJECT_OWNERSHIP": "ObjectWriter",  # with lists, as Ceph has it; the default is without
    "MARTLET_BUCKET_LOG_INTERVAL": "4s",  # the suite looks for what is logged after 5.5 seconds
    "MARTLET_ILM_DEBUG_DAY_SECS": "10",  # the suite's own day; it waits for objects to expire
    "MARTLET_SIGN_IN_FAILURES_MAX": "0",  # signing in wrongly is what many tests do
}

FILES = ["test_s3.py", "test_headers.py"]
IDENTITY_FILES = ["test_iam.py", "test_sts.py"]
TEST_SECONDS_MAX = 180

# Families that the totals name, by the suite's markers and by words in names. The first that fits a test counts it.
FAMILIES = [
    ("encryption", ("encryption", "sse_s3", "bucket_encryption"), ("encrypt", "_sse", "kms")),
    ("cloud tiers", ("cloud_transition", "cloud_restore", "target_by_bucket"), ()),
    ("marked fails_on_rgw", ("fails_on_rgw",), ()),
    ("marked fails_on_aws", ("fails_on_aws", "appendobject", "iam_tenant"), ()),
]


def main() -> int:
    arguments = parse_arguments()
    suite = arguments.suite.resolve()
    folder = suite / "s3tests" / "functional"
    if not (folder / "test_s3.py").is_file():
        raise SystemExit(f"conformance: {suite} is no checkout of ceph/s3-tests: {folder}/test_s3.py is missing")
    os.environ["MARTLET_BINARY"] = str(arguments.binary.resolve())
    files = FILES + (IDENTITY_FILES if arguments.identity else [])
    output = arguments.output.resolve()
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    servers: list[martlet_process.MartletProcess] = []
    healthy = True
    try:
        for index in range(arguments.jobs):
            servers.append(start_server(output / f"suite-{index}.conf"))
        status = run_suite(suite, files, arguments, output)
    finally:
        for index, server in enumerate(servers):
            healthy = stop(server, output / f"server-{index}.log") and healthy
    if status not in (0, 1):
        print(f"conformance: pytest ended with status {status}", file=sys.stderr)
        return status
    passes = report(json.loads((output / "results.json").read_text()), files, arguments)
    if passes and healthy:
        for log in output.glob("server-*.log"):
            log.unlink()
        return 0
    print(f"\nServer logs and results.json are in {output}")
    return 1


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="Scripts/conformance", description=__doc__)
    parser.add_argument("suite", type=Path, metavar="PATH", help="a checkout of ceph/s3-tests")
    parser.add_argument("--binary", type=Path, required=True, help="the server")
    parser.add_argument("--jobs", type=int, default=2, help="servers, and tests at a time")
    parser.add_argument("-k", dest="expression", help="only the tests that match, as pytest has it")
    parser.add_argument("--identity", action="store_true", help="also test_iam.py and test_sts.py")
    parser.add_argument("--strict", action="store_true", help="a listed test that passes is a failure too")
    parser.add_argument("--prune", action="store_true", help="take listed tests that pass out of the list")
    parser.add_argument("--list", type=Path, default=HERE / "s3-tests.md", help="the tests that do not pass")
    parser.add_argument("--output", type=Path, default=REPOSITORY / ".build" / "conformance")
    arguments = parser.parse_args()
    if arguments.jobs < 1:
        parser.error("--jobs is at least 1")
    return arguments


def start_server(suite_settings: Path) -> martlet_process.MartletProcess:
    server = martlet_process.MartletProcess(
        drive_count=DRIVE_COUNT,
        settings=SERVER_SETTINGS,
        access_key=identities.MAIN.access_key,
        secret_key=identities.MAIN.secret_key,
    )
    server.start()
    identities.provision(server.endpoint.url, REGION)
    identities.write_suite_settings(suite_settings, server.endpoint.host, server.port, REGION)
    return server


def stop(server: martlet_process.MartletProcess, log: Path) -> bool:
    """Whether the server still ran, stopped cleanly and left drives that the judge accepts; keeps its log."""
    try:
        martlet_process.close(server)
    except AssertionError as error:
        print(f"conformance: {error}", file=sys.stderr)
        return False
    finally:
        if server.log_path.exists():
            shutil.copy(server.log_path, log)
    return True


def run_suite(suite: Path, files: list[str], arguments: argparse.Namespace, output: Path) -> int:
    command = [sys.executable, "-B", "-m", "pytest", "-p", "suite_plugin", "-p", "no:cacheprovider"]
    command += ["-n", str(arguments.jobs), "--timeout", str(TEST_SECONDS_MAX), "--tb=short", "-q"]
    command += ["--no-header", "--no-summary", "-W", "ignore"]
    command += ["-k", arguments.expression] if arguments.expression else []
    command += [f"s3tests/functional/{name}" for name in files]
    own = {
        "CONFORMANCE_FOLDER": str(output),
        "PYTHONPATH": str(HERE),
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.run(command, cwd=suite, env=inherited | own).returncode


def report(tests: dict[str, dict], files: list[str], arguments: argparse.Namespace) -> bool:
    """Prints what became of the tests; whether all of it was expected."""
    listed = expectations.read(arguments.list)
    print_totals(tests)
    print_groups(tests, listed)
    left = sorted({name for row in tests.values() for name in row["left_behind"]})
    if left:
        print(f"\n{len(left)} buckets could not be removed after their tests.")

    bad = {name: row for name, row in tests.items() if row["outcome"] != "passed"}
    surprises = sorted(set(bad) - set(listed))
    passing = sorted(name for name in listed if name in tests and name not in bad)
    stems = {name.removesuffix(".py") for name in files}
    gone = [] if arguments.expression else sorted(
        name for name in listed if name not in tests and name.partition("::")[0] in stems
    )
    if surprises:
        print(f"\n{len(surprises)} tests do not pass and are not in {arguments.list.name}:")
        for name in surprises:
            print(f"- `{name}` — {bad[name]['outcome']}: {bad[name]['why'][:200]}")
    for names, what in ((passing, "pass now: take them out of the list"), (gone, "are no tests of this suite")):
        if names:
            print(f"\n*** {len(names)} listed tests {what}:")
            for name in names:
                print(f"    {name}")
    if arguments.prune and passing:
        expectations.prune(arguments.list, set(passing))
        print(f"They are taken out of {arguments.list}.")
        passing = []
    return not surprises and not (arguments.strict and (passing or gone))


def print_totals(tests: dict[str, dict]) -> None:
    outcomes = ("passed", "failed", "error", "skipped")
    print(f"\n{'':30}" + "".join(f"{outcome:>9}" for outcome in outcomes) + f"{'all':>9}")

    def line(title: str, rows: list[dict]) -> None:
        counts = Counter(row["outcome"] for row in rows)
        numbers = [counts[outcome] for outcome in outcomes] + [len(rows)]
        print(f"{title:30}" + "".join(f"{number:9}" for number in numbers))

    stems = sorted({name.partition("::")[0] for name in tests})
    for stem in stems:
        line(f"{stem}.py", [row for name, row in tests.items() if name.startswith(f"{stem}::")])
    line("together", list(tests.values()))
    rest = dict(tests)
    for title, markers, words in FAMILIES:
        family = {
            name
            for name, row in rest.items()
            if not set(row["markers"]).isdisjoint(markers) or any(word in name for word in words)
        }
        line(f"  of these {title}", [rest.pop(name) for name in family])
    line("  all others", list(rest.values()))


def print_groups(tests: dict[str, dict], listed: dict[str, expectations.Expectation]) -> None:
    counts = Counter(
        listed[name].group for name, row in tests.items() if row["outcome"] != "passed" and name in listed
    )
    if counts:
        print("\nnot passing, by the list's groups:")
    for group, count in counts.most_common():
        print(f"{count:5}  {group}")


if __name__ == "__main__":
    sys.exit(main())

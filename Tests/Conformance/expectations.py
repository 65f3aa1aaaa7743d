"""The list of tests that do not pass, and why: `s3-tests.md`.

A line is `` - `test_s3::test_name` — reason ``; headings group lines, everything else is for readers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

LINE = re.compile(r"- `(?P<name>[^`]+)` — (?P<reason>\S.*)")


@dataclass(frozen=True)
class Expectation:
    name: str
    reason: str
    group: str


def read(path: Path) -> dict[str, Expectation]:
    """By the tests' names.

    A line that starts like one of a test and is none, or names a test again, ends the program.
    """
    found: dict[str, Expectation] = {}
    group = ""
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        if line.startswith("## "):
            group = line[3:].strip()
        if not line.startswith("- "):
            continue
        match = LINE.fullmatch(line)
        if not match:
            raise SystemExit(f"{path}:{number}: not of the form - `file::test` — reason")
        expectation = Expectation(match["name"], match["reason"], group)
        if expectation.name in found:
            raise SystemExit(f"{path}:{number}: {expectation.name} is listed twice")
        found[expectation.name] = expectation
    return found


def prune(path: Path, names: set[str]) -> None:
    """Takes these tests out of the list, and headings below which nothing is left."""
    kept: list[str] = []
    for line in path.read_text().splitlines():
        match = LINE.fullmatch(line)
        if not (match and match["name"] in names):
            kept.append(line)
    sections: list[list[str]] = [[]]
    for line in kept:
        if line.startswith("## "):
            sections.append([])
        sections[-1].append(line)
    full = [section for section in sections[1:] if any(line.startswith("- ") for line in section)]
    path.write_text("\n".join(line for section in (sections[0], *full) for line in section).rstrip() + "\n")

"""Folders of oddly named files, made and compared by bytes."""

from __future__ import annotations

import os
import time
from pathlib import Path

from payloads import MIB, seeded_bytes

ODD_NAMES = [
    "plain.txt",
    "with space.txt",
    "a+b.txt",
    "100%.txt",
    "a%20b.txt",
    "amp&ersand.txt",
    "eq=uals.txt",
    "(round).txt",
    "it's.txt",
    "ünïcödé.txt",
    "日本語/файл.txt",
    "🪶 feather/🦆.bin",
    ".leading-dot",
    ".hidden/.inside",
    "trailing.",
    "semi;colon",
    "com,ma",
    "at@sign",
    "hash#tag",
    "ex!claim",
    "tilde~",
    "star*",
    "dol$lar",
    "[square]",
    "{curly}",
    'quote".txt',
    "deep/1/2/3/4/5/6/7/8/9/end.txt",
    "same/name",
    "same-name",
    "same.name",
    "e\u0301-decomposed",
    "UPPER/lower",
    "upper-/x",
    "-dash-first",
    "caret^pipe|",
    "back`tick",
]


def make_odd_tree(root: Path) -> Path:
    """Writes a small file under each odd name, one empty file and one of several MiB."""
    for name in ODD_NAMES:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(seeded_bytes(name, 100 + len(name)))
    (root / "empty").write_bytes(b"")
    (root / "large.bin").write_bytes(seeded_bytes("large", 9 * MIB + 1))
    hour_ago = time.time() - 3600  # so that what was uploaded is newer in whole seconds too
    for path in root.rglob("*"):
        os.utime(path, (hour_ago, hour_ago))
    return root


def contents(root: Path) -> dict[str, bytes]:
    """Every file below `root` by its relative name."""
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def assert_same_tree(found: Path, expected: Path) -> None:
    got, want = contents(found), contents(expected)
    assert sorted(got) == sorted(want)
    assert [name for name in want if got[name] != want[name]] == []

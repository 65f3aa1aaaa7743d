"""Running a client's program and reading what it says."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Finished:
    code: int
    output: str
    errors: str
    raw: bytes


def run(
    arguments: list[str | Path],
    environment: dict[str, str],
    input: bytes | None = None,
    fails: bool = False,
    seconds: float = 120,
) -> Finished:
    """Runs a program to its end; insists on success, or with `fails` on failure."""
    clean = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    source = {"stdin": subprocess.DEVNULL} if input is None else {"input": input}
    done = subprocess.run(
        [str(argument) for argument in arguments],
        env=clean | environment,
        timeout=seconds,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **source,
    )
    finished = Finished(
        done.returncode,
        done.stdout.decode(errors="replace"),
        done.stderr.decode(errors="replace"),
        done.stdout,
    )
    told = f"{arguments} ended with {finished.code}\n{finished.output[-3000:]}\n{finished.errors[-3000:]}"
    assert (finished.code != 0) if fails else (finished.code == 0), told
    return finished

"""Drives made bad on purpose: through the preloaded shim while the server runs, or by hand on their files."""

from __future__ import annotations

import atexit
import functools
import mmap
import os
import random
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

SLOTS_MAX = 32
MODES = {"none": 0, "eio": 1, "hang": 2}


@functools.cache
def shim_library() -> Path:
    """The shim, compiled once for this process and removed at its end."""
    source = Path(__file__).parent / "shim" / "faulty.c"
    folder = Path(tempfile.mkdtemp(prefix="martlet-shim-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    library = folder / "faulty.so"
    compiler = shutil.which("gcc") or shutil.which("clang")
    assert compiler, "the shim needs gcc or clang"
    flags = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-U_FORTIFY_SOURCE", "-fPIC", "-shared"]
    subprocess.run([compiler, *flags, "-o", library, source], check=True, capture_output=True)
    return library


class FaultyDrives:
    """The control file of one server's shim; drives are counted from 0."""

    def __init__(self, drives: list[Path], control: Path) -> None:
        assert len(drives) <= SLOTS_MAX
        self.drives, self.control = drives, control
        control.write_bytes(bytes(SLOTS_MAX * 8))
        with open(control, "r+b") as file:
            self.slots = mmap.mmap(file.fileno(), SLOTS_MAX * 8)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(shim_library()),
            "FAULTY_CONTROL": str(self.control),
            "FAULTY_DRIVES": ":".join(map(str, self.drives)),
        }

    def set(self, mode: str, *indices: int) -> None:
        """From now on every call of the server on these drives meets this mode."""
        for index in indices:
            struct.pack_into("I", self.slots, index * 8, MODES[mode])

    def clear(self) -> None:
        self.set("none", *range(len(self.drives)))

    def met(self, index: int) -> int:
        """How many calls met a mode other than none on this drive."""
        return struct.unpack_from("I", self.slots, index * 8 + 4)[0]


def empty(drive: Path) -> None:
    """Removes everything below a drive folder, which itself stays."""
    for entry in os.scandir(drive):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path, ignore_errors=True)
        else:
            os.unlink(entry.path)


def shard_files(drive: Path, bucket: str) -> Iterator[Path]:
    for path in sorted((drive / bucket).rglob("*")):
        if path.is_file() and (path.name == "xl.meta" or path.name.startswith("part.")):
            yield path


def flip_bytes(drive: Path, bucket: str, seed: int) -> int:
    """Changes one byte in every shard and every xl.meta of a bucket on one drive; returns how many files."""
    generator, count = random.Random(seed), 0
    for path in shard_files(drive, bucket):
        try:
            size = path.stat().st_size
            if not size:
                continue
            with open(path, "r+b") as file:
                file.seek(generator.randrange(size))
                byte = file.read(1)[0]
                file.seek(-1, os.SEEK_CUR)
                file.write(bytes([byte ^ 1 << generator.randrange(8)]))
            count += 1
        except FileNotFoundError:
            continue  # replaced by the server meanwhile
    return count

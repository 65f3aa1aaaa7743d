"""The shim itself, in a small program: a fault that is not injected would let every drive test pass."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import polling
from faults import FaultyDrives

ACTIONS = {
    "open": "os.open('file', os.O_RDONLY)",
    "open relative to a folder": "os.open('file', os.O_RDONLY, dir_fd=folder)",
    "create": "os.open('new', os.O_CREAT | os.O_WRONLY, 0o600)",
    "read": "os.read(file, 1)",
    "pread": "os.pread(file, 1, 0)",
    "preadv": "os.preadv(file, [bytearray(1)], 0)",
    "write": "os.write(file, b'x')",
    "pwrite": "os.pwrite(file, b'x', 0)",
    "fsync": "os.fsync(file)",
    "fdatasync": "os.fdatasync(file)",
    "fsync of a folder": "os.fsync(folder)",
    "fstat": "os.fstat(file)",
    "stat": "os.stat('file')",
    "stat relative to a folder": "os.stat('file', dir_fd=folder)",
    "rename": "os.rename('file', 'other')",
    "rename relative to a folder": "os.rename('file', 'other', src_dir_fd=folder, dst_dir_fd=folder)",
    "mkdir": "os.mkdir('folder')",
    "mkdir relative to a folder": "os.mkdir('folder', dir_fd=folder)",
    "unlink": "os.unlink('file')",
    "unlink relative to a folder": "os.unlink('file', dir_fd=folder)",
    "rmdir": "os.rmdir('empty')",
    "list": "os.listdir('.')",
    "list a descriptor": "os.listdir(folder)",
    "truncate": "os.ftruncate(file, 0)",
    "openat2": "raw(437, folder, b'file', struct.pack('QQQ', os.O_RDONLY, 0, 0), 24)",
    "preadv2": "raw(327, file, struct.pack('QQ', ctypes.addressof(buffer), 1), 1, 0, 0, 0)",
    "renameat2": "raw(316, folder, b'file', folder, b'other', 0)",
    "syncfs": "ctypes_call(libc.syncfs, file)",
}

PROGRAM = """
import ctypes, os, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
buffer = ctypes.create_string_buffer(8)
def ctypes_call(function, *arguments):
    if function(*arguments) < 0: raise OSError(ctypes.get_errno(), 'call')
def raw(number, *arguments):
    long = ctypes.c_long
    ctypes_call(libc.syscall, long(number), *(long(a) if isinstance(a, int) else a for a in arguments))
os.chdir(sys.argv[1])
folder = os.open('.', os.O_RDONLY | os.O_DIRECTORY)
file = os.open('file', os.O_RDWR)
print('ready', flush=True)
sys.stdin.readline()
try:
    ACTION
    print('done', flush=True)
except OSError as error:
    print(error.errno, flush=True)
"""


@pytest.fixture
def shim(tmp_path) -> FaultyDrives:
    drives = [tmp_path / "d1", tmp_path / "d10"]
    for drive in drives:
        (drive / "empty").mkdir(parents=True)
        (drive / "file").write_bytes(b"content")
    return FaultyDrives(drives, tmp_path / "control")


def begin(shim: FaultyDrives, drive: Path, action: str) -> subprocess.Popen[str]:
    """Starts the program and returns when it has opened its files."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM.replace("ACTION", action), drive],
        env=os.environ | shim.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: subprocess.Popen[str]) -> str:
    output, _ = process.communicate("go\n", timeout=20)
    return output.strip()


@pytest.mark.parametrize("name", ACTIONS)
def test_a_call_on_a_bad_drive_fails(shim, name):
    process = begin(shim, shim.drives[0], ACTIONS[name])
    shim.set("eio", 0)
    assert go(process) == "5"
    assert shim.met(0) > 0 and shim.met(1) == 0


@pytest.mark.parametrize("name", ACTIONS)
def test_a_call_on_another_drive_does_not(shim, name):
    """Its folder's name begins with the bad one's."""
    process = begin(shim, shim.drives[1], ACTIONS[name])
    shim.set("eio", 0)
    assert go(process) == "done"


@pytest.mark.parametrize(
    "name, ending, answer",
    [("open", "none", "done"), ("pread", "eio", "5"), ("fsync", "none", "done"), ("rename", "none", "done")],
)
def test_a_hung_call_waits_until_it_is_let_go(shim, name, ending, answer):
    process = begin(shim, shim.drives[0], ACTIONS[name])
    shim.set("hang", 0)
    process.stdin.write("go\n")
    process.stdin.flush()
    polling.until(lambda: shim.met(0) > 0, 10, "the call has reached the drive")
    deadline = time.monotonic() + 0.2
    while time.monotonic() < deadline:
        assert process.poll() is None
    shim.set(ending, 0)
    assert process.communicate(timeout=10)[0].strip() == answer

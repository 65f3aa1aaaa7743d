"""Bytes that a seed reproduces, small ones whole and large ones as a stream."""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Iterator

KIB = 1 << 10
MIB = 1 << 20
GIB = 1 << 30


def seeded_bytes(seed: str | int, size: int) -> bytes:
    """Returns `size` incompressible bytes; the same ones for the same seed."""
    return random.Random(f"{seed}").randbytes(size)


def md5_hex(data: bytes) -> str:
    return hashlib.md5(data).hexdigest()


def multipart_etag(parts: list[bytes]) -> str:
    """The ETag of a completed multipart upload, with its quotes."""
    joined = b"".join(hashlib.md5(part).digest() for part in parts)
    return f'"{hashlib.md5(joined).hexdigest()}-{len(parts)}"'


class SeededStream(io.RawIOBase):
    """A readable, seekable stream of `size` bytes that never holds more than one block.

    Every MiB is the same random block with its number written over the first 16 bytes, so that a block
    that arrives twice, not at all, or in another's place changes the digest.
    """

    def __init__(self, seed: str | int, size: int) -> None:
        self._block = bytearray(seeded_bytes(seed, MIB))
        self._size = size
        self._offset = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._offset

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._offset, io.SEEK_END: self._size}[whence]
        self._offset = max(0, start + offset)
        return self._offset

    def readinto(self, buffer) -> int:
        view = memoryview(buffer).cast("B")
        wanted = min(len(view), max(0, self._size - self._offset))
        done = 0
        while done < wanted:
            number, inside = divmod(self._offset, MIB)
            self._block[:16] = number.to_bytes(16, "big")
            count = min(MIB - inside, wanted - done)
            view[done : done + count] = memoryview(self._block)[inside : inside + count]
            done += count
            self._offset += count
        return done

    def __len__(self) -> int:
        return self._size

    def sha256_hex(self) -> str:
        """The digest of the whole stream, without moving it."""
        digest = hashlib.sha256()
        offset = self._offset
        self.seek(0)
        for block in blocks(self):
            digest.update(block)
        self.seek(offset)
        return digest.hexdigest()


def blocks(stream, size: int = MIB) -> Iterator[bytes]:
    """Reads a stream to its end, a block at a time."""
    while block := stream.read(size):
        yield block


def sha256_of(stream) -> tuple[str, int]:
    """Reads a stream to its end; returns its digest and how many bytes it had."""
    digest, count = hashlib.sha256(), 0
    for block in blocks(stream):
        digest.update(block)
        count += len(block)
    return digest.hexdigest(), count

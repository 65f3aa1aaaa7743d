"""Certificates for a server under test, made by the `openssl` program and worth nothing anywhere else."""

from __future__ import annotations

import itertools
import os
import subprocess
from pathlib import Path

MINIO_NAMES = ("public.crt", "private.key")
RUSTFS_NAMES = ("rustfs_cert.pem", "rustfs_key.pem")

NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


def openssl(*arguments: str | Path) -> None:
    done = subprocess.run(
        ["openssl", *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert done.returncode == 0, f"openssl {arguments} ended with {done.returncode}\n{done.stdout}"


class CertificateAuthority:
    """Signs certificates for servers; `certificate` is what clients are told to trust."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.certificate, self.key = folder / "ca.pem", folder / "ca-key.pem"
        self.numbers = itertools.count(1)
        name = ["-subj", "/CN=Test Authority", "-addext", "keyUsage=critical,keyCertSign"]
        openssl("req", "-x509", *NEW_KEY, "-days", "2", *name, "-keyout", self.key, "-out", self.certificate)

    def issue(self, folder: Path, subject: str, *names: str, files: tuple[str, str] = MINIO_NAMES) -> None:
        """Puts a certificate with a key of its own into the folder, moved into place as a renewal does.

        `names` are as OpenSSL takes them: `DNS:localhost`, `IP:127.0.0.1`.
        """
        folder.mkdir(parents=True, exist_ok=True)
        stem = self.folder / f"server-{next(self.numbers)}"
        request, extensions = stem.with_suffix(".csr"), stem.with_suffix(".ext")
        certificate, key = stem.with_suffix(".pem"), stem.with_suffix(".key")
        extensions.write_text(f"subjectAltName={','.join(names)}\nbasicConstraints=CA:FALSE\n")
        openssl("req", "-new", *NEW_KEY, "-subj", f"/CN={subject}", "-keyout", key, "-out", request)
        signer = ["-CA", self.certificate, "-CAkey", self.key, "-CAcreateserial", "-days", "2"]
        openssl("x509", "-req", "-in", request, *signer, "-extfile", extensions, "-out", certificate)
        for made, name in zip((certificate, key), files, strict=True):
            os.rename(made, folder / name)

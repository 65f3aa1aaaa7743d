"""Certificates for a server under test, made by the `openssl` program and worth nothing anywhere else."""

from __future__ import annotations

import itertools
import os
import subprocess
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

MINIO_NAMES = ("public.crt", "private.key")
RUSTFS_NAMES = ("rustfs_cert.pem", "rustfs_key.pem")

NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


def openssl(*arguments: str | Path) -> None:
    done = subprocess.run(
        ["openssl", *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert done.returncode == 0, f"openssl {arguments} ended with {done.returncode}\n{done.stdout}"


# For `openssl ca`, which unlike `openssl x509` takes dates to the second.
SIGNING = """
[ca]
default_ca = here
[here]
database = {folder}/index.txt
new_certs_dir = {folder}
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = optional
organizationName = optional
"""


@dataclass(frozen=True)
class ClientFiles:
    """The files of a client's certificate and key, as clients name them."""

    certificate: Path
    key: Path


class CertificateAuthority:
    """Signs certificates; `certificate` is what those who check them are told to trust."""

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

    def issue_client(
        self,
        subject: str,
        *,
        usage: str = "clientAuth",
        constraints: str = "CA:FALSE",
        lifetime: timedelta = timedelta(days=1),
    ) -> ClientFiles:
        """A certificate for a client that ends so long from now; before now for an expired one."""
        stem = self.folder / f"client-{next(self.numbers)}"
        files = ClientFiles(stem.with_suffix(".pem"), stem.with_suffix(".key"))
        request, extensions, signing = (stem.with_suffix(end) for end in (".csr", ".ext", ".cnf"))
        extensions.write_text(f"basicConstraints=critical,{constraints}\nextendedKeyUsage={usage}\n")
        signing.write_text(SIGNING.format(folder=self.folder))
        (self.folder / "index.txt").touch()
        openssl("req", "-new", *NEW_KEY, "-subj", subject, "-keyout", files.key, "-out", request)
        now = datetime.now(timezone.utc)
        dates = ["-startdate", moment(now - timedelta(days=2)), "-enddate", moment(now + lifetime)]
        signer = ["-batch", "-notext", "-config", signing, "-cert", self.certificate, "-keyfile", self.key]
        openssl("ca", *signer, *dates, "-in", request, "-extfile", extensions, "-out", files.certificate)
        return files


def moment(time: datetime) -> str:
    return time.strftime("%Y%m%d%H%M%SZ")

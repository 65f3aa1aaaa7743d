"""The AWS command line, version 1 from PyPI and version 2 from Debian."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

import commands
from martlet_process import Endpoint

PROGRAMS = {"version 1": Path(sys.executable).parent / "aws", "version 2": Path("/usr/bin/aws")}


class AWS:
    """`aws` with credentials and an endpoint in its environment."""

    def __init__(self, program: Path, endpoint: Endpoint, home: Path) -> None:
        self.program, self.url = program, endpoint.url
        self.environment = {
            "AWS_ACCESS_KEY_ID": endpoint.access_key,
            "AWS_SECRET_ACCESS_KEY": endpoint.secret_key,
            "AWS_DEFAULT_REGION": "us-east-1",
            "HOME": str(home),
            "AWS_CONFIG_FILE": str(home / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(home / "none"),
            "AWS_MAX_ATTEMPTS": "1",
            "AWS_PAGER": "",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        if endpoint.authority:
            self.environment["AWS_CA_BUNDLE"] = str(endpoint.authority)
        (home / "config").write_text(
            "[default]\ns3 =\n  multipart_threshold = 5MB\n  multipart_chunksize = 5MB\n"
            "  addressing_style = path\n"
        )

    def __call__(
        self,
        *arguments: str | Path,
        input: bytes | None = None,
        fails: bool = False,
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> commands.Finished:
        return commands.run(
            [self.program, "--endpoint-url", self.url, *arguments],
            {**self.environment, **environment},
            input=input,
            fails=fails,
        )

    def json(self, *arguments: str | Path) -> dict:
        output = self("s3api", *arguments).output
        return json.loads(output) if output.strip() else {}


def installed(version: str, endpoint: Endpoint, folder: Path) -> AWS:
    """The program with a home of its own below the folder; skips the test where it is not installed."""
    program = PROGRAMS[version]
    if not os.access(program, os.X_OK):
        pytest.skip(f"{program} is not installed (Scripts/setup --tests)")
    home = folder / "home"
    home.mkdir()
    return AWS(program, endpoint, home)

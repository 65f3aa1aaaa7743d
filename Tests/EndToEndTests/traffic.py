"""Uploads and downloads that run on while a test breaks something."""

from __future__ import annotations

import itertools
import random
import threading
import time
from dataclasses import dataclass

import pytest
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

import polling
import s3_clients
from martlet_process import Endpoint
from payloads import KIB, MIB, seeded_bytes

SIZES = [0, 100, 50 * KIB, 300 * KIB, MIB + 1, 3 * MIB]


@dataclass(frozen=True)
class Outcome:
    kind: str  # "get" or "put"
    key: str
    began: float
    seconds: float
    problem: str | None  # None, an S3 code, or what went wrong
    status: int | None

    @property
    def succeeded(self) -> bool:
        return self.problem is None


class Traffic:
    """Threads that read seeded objects and write new ones until the end of the `with`.

    A download that gives other bytes is the problem "wrong bytes", whatever its status.
    """

    def __init__(self, endpoint: Endpoint, bucket: str, readers: int = 3, writers: int = 3) -> None:
        self.endpoint, self.bucket = endpoint, bucket
        self.client = s3_clients.client(endpoint)
        self.seeded = {
            f"seeded/{size}-{copy}": seeded_bytes(f"{size}-{copy}", size)
            for size in SIZES
            for copy in range(2)
        }
        self.written: dict[str, bytes] = {}
        self.refused: set[str] = set()
        self.outcomes: list[Outcome] = []
        self.lock = threading.Lock()
        self.ended = threading.Event()
        self.numbers = itertools.count()
        self.threads = [
            threading.Thread(target=self.run, args=(kind, seed), daemon=True)
            for kind, count in (("get", readers), ("put", writers))
            for seed in range(count)
        ]

    def __enter__(self) -> Traffic:
        self.client.create_bucket(Bucket=self.bucket)
        for key, body in self.seeded.items():
            self.client.put_object(Bucket=self.bucket, Key=key, Body=body)
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        for thread in self.threads:
            thread.join(120)
        assert not any(thread.is_alive() for thread in self.threads), "a request never ended"

    def run(self, kind: str, seed: int) -> None:
        generator = random.Random(f"{kind} {seed}")
        while not self.ended.is_set():
            outcome = self.get(generator) if kind == "get" else self.put(generator)
            with self.lock:
                self.outcomes.append(outcome)

    def get(self, generator: random.Random) -> Outcome:
        key = generator.choice(list(self.seeded))

        def action() -> str | None:
            body = self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read()
            return None if body == self.seeded[key] else "wrong bytes"

        return self.timed("get", key, action)

    def put(self, generator: random.Random) -> Outcome:
        key = f"written/{next(self.numbers):06}"
        body = seeded_bytes(key, generator.choice(SIZES))
        outcome = self.timed(
            "put", key, lambda: self.client.put_object(Bucket=self.bucket, Key=key, Body=body) and None
        )
        with self.lock:
            if outcome.succeeded:
                self.written[key] = body
            elif outcome.status == 503:
                self.refused.add(key)
        return outcome

    @staticmethod
    def timed(kind: str, key: str, action) -> Outcome:
        began = time.monotonic()
        problem, status = None, 200
        try:
            problem = action()
        except ClientError as error:
            problem = error.response["Error"]["Code"]
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        except (BotoCoreError, ResponseParserError, OSError) as error:
            problem, status = f"{type(error).__name__}: {error}", None
        return Outcome(kind, key, began, time.monotonic() - began, problem, status)

    def since(self, moment: float, kind: str) -> list[Outcome]:
        """What began after a moment and has ended."""
        with self.lock:
            return [outcome for outcome in self.outcomes if outcome.kind == kind and outcome.began >= moment]

    def next(self, kind: str, count: int, seconds: float = 60) -> list[Outcome]:
        """Waits until so many of a kind that begin from now on have ended."""
        moment = time.monotonic()
        polling.until(
            lambda: len(self.since(moment, kind)) >= count, seconds, f"{count} more {kind}s have ended"
        )
        return self.since(moment, kind)

    def until_succeeding(self, kind: str, count: int, seconds: float = 60) -> None:
        """Waits until the last `count` of a kind all succeeded."""
        moment = time.monotonic()

        def steady() -> bool:
            last = self.since(moment, kind)[-count:]
            return len(last) == count and all(outcome.succeeded for outcome in last)

        polling.until(steady, seconds, f"{count} {kind}s in a row succeed")

    def check_everything(self) -> None:
        """Every acknowledged object is whole and nothing that was refused is there."""
        for key, body in (self.seeded | self.written).items():
            assert self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read() == body, key
        listed = {
            entry["Key"]
            for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
            for entry in page.get("Contents", [])
        }
        assert set(self.seeded) | set(self.written) <= listed
        assert not listed & self.refused, "an upload that was refused is visible"
        for key in sorted(self.refused)[:50]:
            with pytest.raises(ClientError) as caught:
                self.client.head_object(Bucket=self.bucket, Key=key)
            assert s3_clients.error_of(caught)[1] == 404, key


def problems(outcomes: list[Outcome]) -> list[Outcome]:
    return [outcome for outcome in outcomes if not outcome.succeeded]

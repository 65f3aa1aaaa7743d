"""Waiting for a condition with a deadline; nothing else in the suite waits."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")


def until(condition: Callable[[], Value], seconds: float, what: str, interval: float = 0.02) -> Value:
    """Calls `condition` until it returns something true, which is returned; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not so within {seconds} s")
        time.sleep(interval)

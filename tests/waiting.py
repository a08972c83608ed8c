"""Waiting for what another thread or process does, however slow the machine is."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

PATIENCE = 240  # seconds, after which what is waited for will not come any more


def until(happened: Callable[[], object], what: str = "what is waited for") -> None:
    """Waits until something holds; `what` that is, for the one who reads that it did not come."""
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, f"{what} does not come"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    """Whether a process works still; one that nobody waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False

"""Fixtures for tests of the repository."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def state_of() -> Callable[[Path], dict[str, object]]:
    """Every file of a work tree and of its `.git`: content, times, mode and inode."""

    def state(root: Path) -> dict[str, object]:
        found: dict[str, object] = {}
        for folder, _, names in os.walk(root):
            for name in names:
                path = Path(folder, name)
                stat = path.lstat()
                content = path.read_bytes() if path.is_file() else b""
                found[str(path)] = (content, stat.st_mtime_ns, stat.st_mode, stat.st_ino)
        return found

    return state

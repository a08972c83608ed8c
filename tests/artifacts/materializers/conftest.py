"""What the tests of materializers have in common."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zenml.artifacts import values
from zenml.artifacts.materializers import registry
from zenml.artifacts.store import digest
from zenml.artifacts.values import ValueRecord, load_value, save_value


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Materializers that a test defines are gone after it, and each type is warned of anew."""
    monkeypatch.setattr(registry, "_users", dict(registry._users))
    monkeypatch.setattr(values, "_warned", type(values._warned)())


class Saved:
    """A saved value.

    Attributes:
        uri: Its folder.
        record: What was recorded.
    """

    def __init__(self, uri: Path, record: ValueRecord) -> None:
        self.uri = uri
        self.record = record
        self.content_hash = digest(str(uri)).digest

    def load(self, **options: Any) -> Any:
        options = {"content_hash": self.content_hash, **options}
        return load_value(str(self.uri), self.record, **options)

    @property
    def materializer(self) -> str:
        return self.record.materializer.rpartition(".")[2]

    @property
    def files(self) -> list[str]:
        found = (path for path in self.uri.rglob("*") if path.is_file())
        return sorted(str(path.relative_to(self.uri)) for path in found)


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Saved]:
    """Saves a value in a folder of its own."""
    numbers = itertools.count()

    def save_it(value: Any, materializer: type | None = None) -> Saved:
        uri = tmp_path / "store" / str(next(numbers))
        return Saved(uri, save_value(value, str(uri), materializer))

    return save_it


@pytest.fixture
def pickled(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """What was said about pickles so far."""
    caplog.set_level(logging.WARNING, logger="zenml")
    return lambda: [r.getMessage() for r in caplog.records if "saved as a pickle" in r.getMessage()]

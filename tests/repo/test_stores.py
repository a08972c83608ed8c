"""The stores that pipelines ran in are remembered, whatever becomes of the pipelines."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from zenml.errors import RepositoryError
from zenml.repo.stores import FILE, Stores, read_stores, remember
from zenml.spec import BackendSpec


def stores(number: int) -> Stores:
    return Stores("artifacts", BackendSpec("sqlite", {"uri": f"{number}.db"}))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / ".zenml").mkdir()
    return tmp_path


def test_each_is_remembered_once_in_their_order(home: Path) -> None:
    assert read_stores(home) == []
    for number in (1, 2, 1):
        remember(home, stores(number))
    assert read_stores(home) == [stores(1), stores(2)]


def test_none_is_lost_when_several_are_added_at_once(home: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: remember(home, stores(number)), range(16)))
    assert sorted(map(repr, read_stores(home))) == sorted(repr(stores(n)) for n in range(16))


@pytest.mark.parametrize("text", ["a: [", "hello", "schema: zenml/stores/1\nstores: [3]\n"])
def test_a_file_that_holds_something_else_is_refused(home: Path, text: str) -> None:
    (home / FILE).write_text(text)
    with pytest.raises(RepositoryError, match=r"Cannot read .*stores\.yaml"):
        read_stores(home)

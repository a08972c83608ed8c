"""The file of a value in JSON: what it holds, its preview, and one that was damaged or edited."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from zenml.errors import ArtifactStoreError


def test_plain_json_is_plain_json(save: Callable[..., Any]) -> None:
    value = {"a": [1, 2.5, None, True], "b": {"c": "d"}}
    saved = save(value)
    assert json.loads((saved.uri / "data.json").read_text()) == value
    assert saved.files == ["data.json"]


def test_the_same_set_gives_the_same_file(save: Callable[..., Any]) -> None:
    assert save({"b", "a", 3}).content_hash == save({3, "a", "b"}).content_hash


def test_large_bytes_in_a_container_are_a_file(save: Callable[..., Any]) -> None:
    saved = save([b"x" * 100_000, b"y"])
    assert saved.load() == [b"x" * 100_000, b"y"]
    assert saved.files == ["0/data.bin", "data.json"]


def test_a_very_deep_list_is_saved_somehow_or_refused(save: Callable[..., Any]) -> None:
    value: list[Any] = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(ArtifactStoreError, match="nested too deep"):
        save(value)


def test_a_number_and_a_short_text_are_their_own_preview(save: Callable[..., Any]) -> None:
    assert save(0.93).record.metadata == {"value": 0.93}
    assert save(np.float32(0.5)).record.metadata == {"value": 0.5}
    assert save(math.nan).record.metadata == {"value": None}
    assert len(save("x" * 10_000).record.metadata["value"]) < 300
    assert save([1, 2]).record.metadata == {"length": 2}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[1, 2", "cannot be read"),
        ("", "cannot be read"),
        ('{"$zenml": "surprise"}', "'surprise', which this version"),
        ('{"$zenml": "artifact", "folder": "../x"}', "names the folder"),
    ],
    ids=["cut", "empty", "unknown", "outside"],
)
def test_a_damaged_file_is_one_clear_error(save: Callable[..., Any], text: str, said: str) -> None:
    saved = save([1, 2])
    (saved.uri / "data.json").write_text(text)
    with pytest.raises(ArtifactStoreError, match=said) as caught:
        saved.load()
    assert str(saved.uri) in str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        {"$zenml": "dataclass", "class": "antigravity.X", "fields": []},
        {"$zenml": "enum", "class": "antigravity.X", "name": "X"},
        {
            "$zenml": "artifact",
            "folder": "0",
            "materializer": "antigravity.X",
            "type": "X",
            "python": "3",
        },
    ],
    ids=["dataclass", "enum", "materializer"],
)
def test_an_edited_file_imports_nothing(save: Callable[..., Any], data: Any) -> None:
    import sys

    saved = save([1, [np.arange(2)]])
    (saved.uri / "data.json").write_text(json.dumps([data]))
    with pytest.raises(ArtifactStoreError, match="are not those that were recorded"):
        saved.load()
    assert "antigravity" not in sys.modules
    with pytest.raises(ArtifactStoreError, match="no hash of its files is known"):
        saved.load(content_hash="")

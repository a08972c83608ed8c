"""The label file of a folder of images: `{file: {label, metadata}}`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from zenml.errors import DataError
from zenml.records.nested import flat_row

_KEYS = ("label", "metadata")


def read_labels(path: Path) -> dict[str, dict[str, Any]]:
    """File -> its row: `label`, and `metadata`, an object of it as columns of their own.

    All are in memory, about half a kilobyte each. `label` is always there, if only as None;
    `metadata` that is null is no column.

    Raises:
        DataError: Names the file, and the image whose entry is no such object.

    Example:
        >>> import tempfile
        >>> file = Path(tempfile.mkdtemp()) / "labels.json"
        >>> _ = file.write_text('{"a.png": {"label": 1, "metadata": {"by": "Ada"}}}')
        >>> read_labels(file)
        {'a.png': {'label': 1, 'metadata.by': 'Ada'}}
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"), object_pairs_hook=_object)
    except (OSError, ValueError, RecursionError) as exc:
        raise DataError(f"{path} cannot be read as JSON: {exc}") from exc
    if not isinstance(found, dict):
        raise DataError(f"{path} must hold one object, {{file: {{label, metadata}}}}.")
    return {name: _row(entry, f"{path}, {name!r}") for name, entry in found.items()}


def _row(entry: Any, where: str) -> dict[str, Any]:
    if not isinstance(entry, dict) or "label" not in entry:
        raise DataError(f'{where}: the entry must be an object with a "label".')
    for key in entry:
        if key not in _KEYS:
            raise DataError(f'{where}: the key {key!r} is neither "label" nor "metadata".')
    # Without a value `metadata` is no column; `label` is one, so that each image has a row.
    told = {key: value for key, value in entry.items() if key == "label" or value is not None}
    return flat_row(told, where)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} stands twice")
    return found

"""Archives of skops whose bytes are the same for the same estimator."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

_SCHEMA = "schema.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that an archive can say


def same_each_time(archive: bytes) -> bytes:
    """The archive without what differs from one writing to the next.

    Skops names objects by where they lie in memory, and an archive says when it was written.
    Here the objects are numbered as they come up.

    Args:
        archive: As `skops.io.dumps` gives it.
    """
    with zipfile.ZipFile(io.BytesIO(archive)) as given:
        held = {name: given.read(name) for name in given.namelist()}
    schema = json.loads(held.pop(_SCHEMA))
    numbers: dict[int, int] = {}
    files: dict[str, str] = {}
    schema = _numbered(schema, numbers, files)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive_of:
        for name, data in {_SCHEMA: json.dumps(schema).encode(), **held}.items():
            entry = zipfile.ZipInfo(files.get(name, name), _EPOCH)
            archive_of.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _numbered(value: Any, numbers: dict[int, int], files: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_numbered(item, numbers, files) for item in value]
    if not isinstance(value, dict):
        return value
    made: dict[str, Any] = {}
    for key, item in value.items():
        if key == "__id__":
            made[key] = numbers.setdefault(item, len(numbers))
        elif key == "file" and isinstance(item, str):
            _, dot, ending = item.rpartition(".")
            made[key] = files.setdefault(item, f"{len(files)}{dot}{ending}")
        else:
            made[key] = _numbered(item, numbers, files)
    return made

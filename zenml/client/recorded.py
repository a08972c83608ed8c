"""What the nodes of standard steps record with their artifacts, as plain values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_COUNTS = ("rows", "rows_dropped")
_TABLES = ("sizes", "shared_rows", "duplicates", "counts")
_ANSWERS = ("disjoint", "blessed", "pushed")
_TEXTS = ("commit", "reason", "pushed_destination", "pushed_version")


def recorded_metadata(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Of examples their numbers of rows, of a split whether it is disjoint, and the like.

    Args:
        properties: Of the artifact, as ML Metadata holds them.

    Example:
        >>> recorded_metadata({"sizes": '{"train": 7}', "disjoint": 1, "tfx_version": "1.16.0"})
        {'sizes': {'train': 7}, 'disjoint': True}
    """
    found: dict[str, Any] = {}
    for name in (*_COUNTS, *_TEXTS):
        if properties.get(name) not in (None, ""):
            found[name] = properties[name]
    for name in _TABLES:
        if properties.get(name):
            found[name] = json.loads(properties[name])
    for name in _ANSWERS:
        if name in properties:
            found[name] = bool(properties[name])
    return found

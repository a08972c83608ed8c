"""The types that a user's schema may declare."""

from __future__ import annotations

from typing import Any

# TIMESTAMP is stored as unix seconds, DATETIME as ISO 8601 text.
DECLARABLE = ("INTEGER", "FLOAT", "STRING", "BYTES", "TIMESTAMP", "DATETIME")


def schema_fault(schema: Any) -> tuple[str, Any, str] | None:
    """What is wrong with a declared schema, if anything.

    Returns:
        The place, what stands there, and what would do.

    Example:
        >>> schema_fault({"age": "INT"})[0]
        "schema['age']"
    """
    types = ", ".join(DECLARABLE)
    if schema is None:
        return None
    if not isinstance(schema, dict):
        return "schema", schema, f"a dict of column names to types ({types})"
    for name, declared in schema.items():
        if not isinstance(name, str) or not name:
            return "schema", name, "a dict whose keys are the names of columns"
        if declared not in DECLARABLE:
            return f"schema[{name!r}]", declared, f"one of {types}"
    return None

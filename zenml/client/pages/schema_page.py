"""The page of a schema: every column, its type, and the values that it may have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from zenml.client.html.parts import details, document, section, table
from zenml.client.html.script import SCRIPT
from zenml.hints import number_of

_SHOWN = 12  # values of a column that are not folded away


def schema_page(of: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """The whole page.

    Args:
        of: What the schema is of.
        rows: `column`, `type`, `required` and `values` of each column.
    """
    cells = [
        (
            escape(row["column"]),
            escape(row["type"]),
            "yes" if row["required"] else "no",
            _values(row["values"] or ()),
        )
        for row in rows
    ]
    title = f"Schema of {of}"
    head = ("Column", "Type", "In every row", "Values")
    body = section(number_of("columns", len(rows)), table(head, cells, is_sorted=True))
    return document(title, [f"<h1>{escape(title)}</h1>", body], SCRIPT)


def _values(values: Sequence[Any]) -> str:
    if len(values) <= _SHOWN:
        return escape(", ".join(map(str, values))) or "<span class='dim'>any</span>"
    return details(f"{len(values)} values", escape(", ".join(map(str, values))))

"""What pages are made of; each part is HTML, and what it is given is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from zenml.client.html.style import POLICY, STYLE

_LONG = 400  # characters of a value
_NEVER = 1 << 30


def document(title: str, body: Iterable[str]) -> str:
    """A page that loads nothing."""
    return (
        "<!doctype html>\n<html lang='en'><head><meta charset='utf-8'>"
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n"
        f"<body>{''.join(body)}</body></html>\n"
    )


def section(title: str, content: str) -> str:
    """A part with a heading; nothing where it has no content."""
    head = f"\n<section id='{title.lower()}'><h2>{title}</h2>"
    return f"{head}{content}</section>" if content else ""


def table(head: Sequence[str], rows: Iterable[Sequence[str]], numbers: int = _NEVER) -> str:
    """A table of cells that are HTML already.

    Args:
        head: Of the columns.
        rows: Their cells; without any there is no table.
        numbers: The cells from this column on are aligned as numbers.
    """
    body = "".join(f"<tr>{_cells('td', row, numbers)}</tr>" for row in rows)
    if not body:
        return ""
    return (
        f"<div class='scroll'><table><thead><tr>{_cells('th', head, numbers)}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _cells(tag: str, cells: Sequence[str], numbers: int) -> str:
    classes = ["" if place < numbers else " class='number'" for place in range(len(cells))]
    return "".join(f"<{tag}{c}>{cell}</{tag}>" for c, cell in zip(classes, cells, strict=True))


def shown(value: Any) -> str:
    """A value for people; `...` stands for none."""
    if value is ...:
        return "<span class='dim'>none</span>"
    text = value if isinstance(value, str) and value else repr(value)
    return escape(text if len(text) <= _LONG else f"{text[:_LONG]}...")

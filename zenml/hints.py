"""Parts of error messages: what was meant, and what was given."""

from __future__ import annotations

import difflib
import reprlib
from collections.abc import Iterable
from typing import Any

_short = reprlib.Repr()
_short.maxstring = _short.maxother = 80


def did_you_mean(name: Any, known: Iterable[str]) -> str:
    """A sentence, with a space before it, about the known name that is nearest; or "".

    Example:
        >>> "No option 'enable_cash'." + did_you_mean("enable_cash", ["enable_cache", "retry"])
        "No option 'enable_cash'. Did you mean 'enable_cache'?"
    """
    near = difflib.get_close_matches(str(name), list(known), n=1)
    return f" Did you mean {near[0]!r}?" if near else ""


def shown(value: Any) -> str:
    """A value in one line of some words, however large it is.

    Example:
        >>> shown(list(range(1000)))
        '[0, 1, 2, 3, 4, 5, ...]'
    """
    return " ".join(_short.repr(value).split())

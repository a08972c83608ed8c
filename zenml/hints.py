"""Parts of messages: what was meant, what was given, how many there are."""

from __future__ import annotations

import difflib
import re
import reprlib
import shlex
import shutil
import sys
from collections.abc import Iterable
from typing import Any

_short = reprlib.Repr()
_short.maxstring = _short.maxother = 80


def did_you_mean(name: Any, known: Iterable[str]) -> str:
    """A sentence, with a space before it, about the known name that is nearest; or "".

    Example:
        >>> "No option 'enable_cash'." + did_you_mean("enable_cash", ["enable_cache", "retry"])
        "No option 'enable_cash'. Did you mean 'enable_cache'?"
        >>> did_you_mean("cache", ["enable_cache", "retry"])
        " Did you mean 'enable_cache'?"
    """
    names = [str(one) for one in known]
    near = difflib.get_close_matches(str(name), names, n=1)
    if not near:
        whole = [one for one in names if str(name) in re.split(r"[^a-zA-Z0-9]", one)[1:]]
        near = whole if name and len(whole) == 1 else []
    return f" Did you mean {near[0]!r}?" if near else ""


def with_article(name: str) -> str:
    """A name of a type, with "a" or "an".

    Example:
        >>> with_article("int"), with_article("SplitStep")
        ('an int', 'a SplitStep')
    """
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def number_of(things: str, count: int) -> str:
    """How many there are, in words: of one thing the name without its "s".

    Example:
        >>> number_of("rows", 1), number_of("rows", 12345), number_of("steps", 0)
        ('1 row', '12,345 rows', '0 steps')
    """
    return f"{count:,} {things[:-1] if count == 1 else things}"


def command_line() -> str:
    """How a shell calls `zenml`: by its name, or by this Python where the name is not on PATH.

    Example:
        >>> f"{command_line()} run list".endswith("zenml run list")
        True
    """
    return "zenml" if shutil.which("zenml") else f"{shlex.quote(sys.executable)} -m zenml"


def shown(value: Any) -> str:
    """A value in one line of some words, however large it is.

    Example:
        >>> shown(list(range(1000)))
        '[0, 1, 2, 3, 4, 5, ...]'
    """
    return " ".join(_short.repr(value).split())

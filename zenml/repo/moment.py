"""One moment: while much is asked about the files at once, each is read once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

_Value = TypeVar("_Value")
_known: ContextVar[dict[Hashable, Any] | None] = ContextVar("zenml_moment", default=None)


@contextmanager
def one_moment() -> Iterator[None]:
    """Within it, versions are told as of one moment.

    The thousand nodes of a pipeline that is frozen share a few modules. Their files
    are looked at once; an edit that comes meanwhile is seen the next time. Usable as
    a decorator as well; one within another belongs to it.
    """
    if _known.get() is not None:
        yield
        return
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def once(key: Hashable, ask: Callable[[], _Value]) -> _Value:
    """The answer to a question, asked once within a moment, and each time outside of one.

    Example:
        >>> with one_moment():
        ...     once("a", lambda: 1), once("a", lambda: 2)
        (1, 1)
        >>> once("a", lambda: 2)
        2
    """
    known = _known.get()
    if known is None:
        return ask()
    if key not in known:
        known[key] = ask()
    answer: _Value = known[key]
    return answer

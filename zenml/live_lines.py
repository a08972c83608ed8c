"""Lines that say how far a step is: on a terminal as they come, and always in its log."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from contextvars import ContextVar

_keepers: list[Callable[[str], None]] = []
# Of the step that this thread runs. A thread that a step started has none, and takes the last.
_keeper: ContextVar[Callable[[str], None] | None] = ContextVar("_keeper", default=None)


def say_live(line: str) -> None:
    """Shows a line where somebody watches; elsewhere it goes into the step's log alone.

    What is shown is kept in the log as all that a step prints. A file or a CI log, which is
    read afterwards, would be full of such lines.

    Args:
        line: Without its end.

    Example:
        >>> kept = []
        >>> with keeping(kept.append):
        ...     say_live("epoch 1/2  loss 0.5")
        >>> kept
        ['epoch 1/2  loss 0.5']
    """
    if _is_watched():
        print(line, flush=True)
    elif keep := _keeper.get() or next(reversed(_keepers), None):
        keep(line)


@contextlib.contextmanager
def keeping(keep: Callable[[str], None]) -> Iterator[None]:
    """While it is entered, lines that are not shown are handed to `keep`."""
    _keepers.append(keep)
    token = _keeper.set(keep)
    try:
        yield
    finally:
        _keeper.reset(token)
        _keepers.remove(keep)


def _is_watched() -> bool:
    with contextlib.suppress(AttributeError, ValueError):  # there is none, or it is closed
        return sys.stdout.isatty()
    return False

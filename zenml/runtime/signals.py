"""Signals: a run that is told to stop comes to an end in good order."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any

_came: list[BaseException] = []  # what the signals raised since the current attempt began


class Terminated(BaseException):
    """SIGTERM came. Like KeyboardInterrupt, it passes every `except Exception` of a step.

    Example:
        >>> issubclass(Terminated, Exception)
        False
    """


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Turns SIGTERM into an exception, so that a stopped run is recorded as failed.

    That it came is kept, and of Ctrl-C too; see `raise_stop`.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        terminated = Terminated("The run was stopped by signal SIGTERM")
        _came.append(terminated if number == signal.SIGTERM else KeyboardInterrupt())
        raise _came[-1]

    before: dict[int, Any] = {signal.SIGTERM: signal.signal(signal.SIGTERM, stop)}
    # Where Ctrl-C is ignored, or somebody else's, it stays so.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        before[signal.SIGINT] = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def begin_attempt() -> None:
    """From now on `raise_stop` knows of signals that are still to come."""
    _came.clear()


def raise_stop() -> None:
    """Raises what a signal raised since the attempt began, if one came.

    It is asked where an attempt ended in an error. A library may have made an error of its own
    of what the signal raised; the step was stopped all the same, and did not fail. One that
    ends well in spite of the signal has answered it.

    Example:
        >>> begin_attempt()
        >>> raise_stop()
    """
    if _came:
        raise _came[-1] from None

"""Signals: a run that is told to stop comes to an end in good order."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

from zenml.edges import is_users, led_to


class Terminated(BaseException):
    """SIGTERM came. Like KeyboardInterrupt, it passes every `except Exception` of a step.

    Example:
        >>> issubclass(Terminated, Exception)
        False
    """


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Turns SIGTERM into an exception, so that a stopped run is recorded as failed.

    Ctrl-C is one already, and its handler is left alone: `asyncio.run`, for one, looks at it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise Terminated("The run was stopped by signal SIGTERM")

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGTERM) is stop:  # and not one that a step installed
            signal.signal(signal.SIGTERM, before)


def raise_stop(exc: BaseException) -> None:
    """Raises the Ctrl-C or SIGTERM that a library made an error of its own of, if one did.

    The step was stopped all the same, and did not fail. A step that catches what a signal
    raised has answered it: what goes wrong with it afterwards is its own error, unless it
    says `raise ... from` itself.

    Args:
        exc: What an attempt ended in.

    Example:
        >>> raise_stop(KeyError("a"))
        >>> error = RuntimeError("[while running 'Analyze']")
        >>> error.__cause__ = Terminated("SIGTERM")
        >>> raise_stop(error)
        Traceback (most recent call last):
        zenml.runtime.signals.Terminated: SIGTERM
    """
    for error in (exc, *led_to(exc)):
        for stop in (error.__cause__, error.__context__):
            if not isinstance(stop, (KeyboardInterrupt, Terminated)):
                continue
            if stop is error.__cause__ or not _is_caught_by_user(stop):
                raise stop from None


def _is_caught_by_user(exc: BaseException) -> bool:
    trace = exc.__traceback__  # begins where it was caught
    return trace is not None and is_users(trace.tb_frame.f_code.co_filename)
